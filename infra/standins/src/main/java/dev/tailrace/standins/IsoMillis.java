package dev.tailrace.standins;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as JavaScript writes them, always with three digits behind the second. */
final class IsoMillis {

  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private IsoMillis() {}

  static String of(Instant instant) {
    return FORM.format(instant);
  }
}
