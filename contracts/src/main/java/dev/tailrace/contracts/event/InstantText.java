package dev.tailrace.contracts.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;

/**
 * What {@link Instant#toString} says, for an eighth of its cost in the years of four digits: each
 * record that the relay writes has one.
 */
final class InstantText {

  private static final long DAY_SECONDS = 86_400;
  private static final int MOST_YEAR = 9_999;
  private static final byte[] FORM =
      "0000-00-00T00:00:00.000000000Z".getBytes(StandardCharsets.US_ASCII);
  private static final int FRACTION = "0000-00-00T00:00:00".length();

  private InstantText() {}

  static String of(Instant instant) {
    long second = instant.getEpochSecond();
    long dayNumber = Math.floorDiv(second, DAY_SECONDS);
    if (Math.abs(dayNumber) > 4_000_000) {
      return instant.toString();
    }
    LocalDate day = LocalDate.ofEpochDay(dayNumber);
    if (day.getYear() < 0 || day.getYear() > MOST_YEAR) {
      return instant.toString();
    }
    byte[] text = FORM.clone();
    int ofDay = (int) Math.floorMod(second, DAY_SECONDS);
    write(text, 0, 4, day.getYear());
    write(text, 5, 2, day.getMonthValue());
    write(text, 8, 2, day.getDayOfMonth());
    write(text, 11, 2, ofDay / 3_600);
    write(text, 14, 2, ofDay / 60 % 60);
    write(text, 17, 2, ofDay % 60);
    int length = FRACTION + fraction(text, instant.getNano());
    text[length] = 'Z';
    return new String(text, 0, length + 1, StandardCharsets.ISO_8859_1);
  }

  /** In thirds, as many as there are; answers the length. */
  private static int fraction(byte[] text, int nanos) {
    if (nanos == 0) {
      return 0;
    }
    write(text, FRACTION + 1, 9, nanos);
    if (nanos % 1_000_000 == 0) {
      return 4;
    }
    return nanos % 1_000 == 0 ? 7 : 10;
  }

  private static void write(byte[] text, int from, int digits, int number) {
    int rest = number;
    for (int i = from + digits - 1; i >= from; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
