package dev.tailrace.relay;

import java.time.Duration;

/**
 * How long a Kafka transaction is given to grow.
 *
 * <p>What a transaction costs for itself, in the relay and in the broker, is the same for one row
 * and for thousands, and a backlog is gone the sooner the more rows share it. Up to some thousand
 * rows a second there is nothing to wait for, and an event is in Kafka as soon as it can be; from
 * there on the time grows with the rate. Pure.
 */
final class Gathering {

  /** In rows a second. */
  private static final double WITHOUT = 5_000;

  private static final double NANOS_PER_RATE = 2_500;

  private static final double MOST_NANOS = Duration.ofMillis(150).toNanos();

  private double rate;
  private long committedAt;
  private boolean isFirst = true;

  /** So many rows went into a transaction that has just been committed. */
  void committed(long rows, long nanoTime) {
    if (!isFirst) {
      double now = rows * 1e9 / Math.max(1, nanoTime - committedAt);
      rate = (rate + now) / 2;
    }
    isFirst = false;
    committedAt = nanoTime;
  }

  /** From the transaction's first row on. */
  long nanos() {
    return (long) Math.clamp((rate - WITHOUT) * NANOS_PER_RATE, 0, MOST_NANOS);
  }
}
