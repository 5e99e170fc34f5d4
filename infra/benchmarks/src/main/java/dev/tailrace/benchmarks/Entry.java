package dev.tailrace.benchmarks;

import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.util.Optional;

/** One contestant's part in one drain. Closing it takes away its slot and its topics. */
interface Entry extends AutoCloseable {

  /** Starts on the rows that wait; to be called once. */
  ServiceProcess start() throws IOException;

  /** Whether the row before the backlog is through. */
  boolean hasBegun();

  /** Whether the row after the backlog is through. */
  boolean hasEnded();

  /** What its process calls its files. */
  String id();

  /** Where its records are; empty for one that writes none. */
  Optional<Output> output();

  @Override
  void close();

  /**
   * Records that can be read again.
   *
   * @param prefix of their topics
   * @param idHeader the header that has the event's id
   * @param once whether each event must be there once, not only at least once
   */
  record Output(String prefix, String idHeader, boolean once) {}
}
