package dev.tailrace.console;

/**
 * One thing that was looked at, and how it is.
 *
 * @param text one line, which says what to do where something is to be done
 */
record Finding(Weight weight, String text) {

  /** What it asks for. */
  enum Weight {
    GOOD('✓'),
    /** Nothing is wrong; something could be better. */
    HINT('!'),
    /** A person must do something. */
    PROBLEM('✗');

    private final char mark;

    Weight(char mark) {
      this.mark = mark;
    }
  }

  static Finding good(String text) {
    return new Finding(Weight.GOOD, text);
  }

  static Finding hint(String text) {
    return new Finding(Weight.HINT, text);
  }

  static Finding problem(String text) {
    return new Finding(Weight.PROBLEM, text);
  }

  boolean isProblem() {
    return weight == Weight.PROBLEM;
  }

  String line() {
    return "  " + weight.mark + " " + text;
  }
}
