package dev.tailrace.benchmarks;

/** Who takes part in a benchmark. */
interface Participant {

  /** What it is called for short, such as {@code a}. */
  String key();

  /** What it is, for the table. */
  String name();
}
