package dev.tailrace.console;

/** A number with its noun. */
final class Counted {

  private Counted() {}

  /** Such as {@code 1 row} or {@code 3 rows}. */
  static String rows(long number) {
    return number == 1 ? "1 row" : number + " rows";
  }
}
