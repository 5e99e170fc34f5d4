package dev.tailrace.benchmarks;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Counts a contestant's calls, and times those at the steady rate. */
final class Tally {

  private static final long HIGHEST_MICROS = 3_600_000_000L;

  private final Clock clock;
  private final LongAdder begun = new LongAdder();
  private final LongAdder completed = new LongAdder();
  private final LongAdder timed = new LongAdder();
  private final Histogram latencies = new ConcurrentHistogram(HIGHEST_MICROS, 3);
  private Status last = Status.NONE;
  private long timedLast;

  Tally(Clock clock) {
    this.clock = clock;
  }

  /** A call begins. */
  void begun(long number) {
    if (Phase.of(number) == Phase.BACKLOG) {
      begun.increment();
    }
  }

  /**
   * A call is through.
   *
   * @param appended when its record was
   */
  void completed(long number, Instant appended) {
    if (Phase.of(number) == Phase.PACED) {
      long micros = Duration.between(appended, clock.instant()).toNanos() / 1_000;
      latencies.recordValue(Math.clamp(micros, 0, HIGHEST_MICROS));
      timed.increment();
    }
    completed.increment();
  }

  long completed() {
    return completed.sum();
  }

  /**
   * How far all is; for one thread. What took time is looked through only when more was timed, so
   * that counting a backlog costs nothing.
   *
   * @param settled how many are carried out
   */
  Status status(long settled) {
    long timedNow = timed.sum();
    if (timedNow == timedLast) {
      last = new Status(begun.sum(), settled, last.p50(), last.p99(), last.most());
    } else {
      Histogram now = latencies.copy();
      last =
          new Status(
              begun.sum(),
              settled,
              now.getValueAtPercentile(50) / 1e3,
              now.getValueAtPercentile(99) / 1e3,
              now.getMaxValue() / 1e3);
    }
    timedLast = timedNow;
    return last;
  }
}
