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

  /** So that a thread has most of its time for its work. */
  private static final int GAP_OF_COMMITS = 3;

  private final ThreadLocal<OfThread> threads = ThreadLocal.withInitial(OfThread::new);

  private static final class OfThread {
    private long count;
    private long endedAt = System.nanoTime();
    private long tookNanos;
  }

  /** This thread has committed, which took so long. */
  void happened(long tookNanos) {
    OfThread its = threads.get();
    its.count++;
    its.endedAt = System.nanoTime();
    its.tookNanos = tookNanos;
  }

  /** How often this thread has committed. */
  long count() {
    return threads.get().count;
  }

  /**
   * Whether it may well commit again: under load a commit takes longer, and then there are fewer.
   */
  boolean mayBeNext() {
    OfThread its = threads.get();
    long gap = Math.max(SHORTEST_GAP_NANOS, GAP_OF_COMMITS * its.tookNanos);
    return System.nanoTime() - its.endedAt >= gap;
  }
}
