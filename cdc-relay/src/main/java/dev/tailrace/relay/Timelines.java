package dev.tailrace.relay;

import org.postgresql.replication.LogSequenceNumber;

/** Reads a timeline history of Postgres: a line for each timeline that this one came from. */
final class Timelines {

  private Timelines() {}

  /**
   * Where this history left a timeline; 0 when it was never on it.
   *
   * @param history lines of a timeline, where it was left, and why, between tabs
   */
  static long end(String history, int timeline) {
    return history
        .lines()
        .map(line -> line.strip().split("\t", 3))
        .filter(line -> line.length >= 2 && line[0].equals(Integer.toString(timeline)))
        .mapToLong(line -> LogSequenceNumber.valueOf(line[1]).asLong())
        .findFirst()
        .orElse(0);
  }
}
