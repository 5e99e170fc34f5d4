package dev.tailrace.effects;

import java.time.Duration;

/**
 * What the stream threads of an instance have committed; each asks of itself.
 *
 * <p>Kafka Streams tells a processor nothing of this, the producer of its thread knows it.
 */
final class Commits {

  /** Sooner than this after the last nobody need see what has happened. */
  private static final long SHORTEST_GAP_NANOS = Duration.ofMillis(5).toNanos();

  /** What is recorded faster waits for the interval: many in one commit cost less. */
  private static final int MOST_TO_HURRY_FOR = 100;

  private final ThreadLocal<OfThread> threads = ThreadLocal.withInitial(OfThread::new);

  private static final class OfThread {
    private long count;
    private long endedAt = System.nanoTime();
    private int recorded;
  }

  /** This thread has committed. */
  void happened() {
    OfThread its = threads.get();
    its.count++;
    its.endedAt = System.nanoTime();
    its.recorded = 0;
  }

  /** This thread has recorded something that it has not committed. */
  void recorded() {
    threads.get().recorded++;
  }

  /** How often this thread has committed. */
  long count() {
    return threads.get().count;
  }

  /** Whether something was recorded that should not wait for the interval. */
  boolean areWanted() {
    OfThread its = threads.get();
    return its.recorded > 0
        && its.recorded <= MOST_TO_HURRY_FOR
        && System.nanoTime() - its.endedAt >= SHORTEST_GAP_NANOS;
  }
}
