package dev.tailrace.relay;

/** The position in commit order as text: 19 digits, so that texts compare as the numbers do. */
final class Seq {

  static final int DIGITS = 19;
  static final long FIRST = 1;

  private Seq() {}

  static String text(long seq) {
    if (seq < FIRST) {
      throw new IllegalArgumentException("a seq is at least " + FIRST + ", was " + seq);
    }
    String digits = Long.toString(seq);
    return "0".repeat(DIGITS - digits.length()) + digits;
  }
}
