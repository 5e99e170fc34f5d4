package dev.tailrace.ingest;

import java.util.Optional;
import java.util.regex.Pattern;

/** The W3C trace context header, {@code 00-<trace>-<span>-<flags>}. */
final class Traceparent {

  static final String HEADER = "traceparent";

  private static final Pattern WELL_FORMED =
      Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  private Traceparent() {}

  static boolean isWellFormed(String text) {
    return WELL_FORMED.matcher(text).matches();
  }

  /** The request's trace context; one that is malformed or sent twice is as good as none. */
  static Optional<String> of(Headers headers) {
    return headers.only(HEADER).filter(Traceparent::isWellFormed);
  }
}
