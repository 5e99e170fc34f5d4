package dev.tailrace.relay;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Tells from one look at the slot after another how long what waits has waited, and whether that is
 * still going anywhere.
 *
 * <p>An LSN has no time, so each look remembers how far the WAL was written at its time. On a
 * healthy slot the lag stays near the interval of the looks, also on an idle database: heartbeats
 * move it.
 */
final class SlotWatch {

  /** Longer than Postgres may need to begin with a large transaction. */
  private static final Duration STUCK = Duration.ofSeconds(60);

  /** A week of looks, five seconds apart, and no more: a lag beyond is told as that. */
  private static final int MOST_LOOKS = 120_960;

  private record Look(long nanos, long writtenLsn) {}

  private final LongSupplier nanos;
  private final Deque<Look> looks = new ArrayDeque<>();
  private volatile Duration lag = Duration.ZERO;
  private volatile long acknowledgedNanos;

  /**
   * @param nanos goes on steadily, as {@code System::nanoTime} does
   */
  SlotWatch(LongSupplier nanos) {
    this.nanos = nanos;
    this.acknowledgedNanos = nanos.getAsLong();
  }

  /** Kafka has taken something: a batch, or a position alone. */
  void acknowledged() {
    acknowledgedNanos = nanos.getAsLong();
  }

  /** One more look; for one thread. */
  void look(SlotReport report) {
    long now = nanos.getAsLong();
    looks.addLast(new Look(now, report.writtenLsn()));
    while (looks.size() > 1 && (isConfirmed(report) || looks.size() > MOST_LOOKS)) {
      looks.removeFirst();
    }
    Look oldest = looks.getFirst();
    lag = isConfirmed(report) ? Duration.ZERO : Duration.ofNanos(now - oldest.nanos());
  }

  /** Whether all that was written at the oldest look is in Kafka. */
  private boolean isConfirmed(SlotReport report) {
    return looks.getFirst().writtenLsn() <= report.confirmedLsn();
  }

  /** How long the oldest of what was written and not confirmed has waited, at the last look. */
  Duration lag() {
    return lag;
  }

  /** Since Kafka has taken something. */
  Duration sinceAcknowledged() {
    return Duration.ofNanos(nanos.getAsLong() - acknowledgedNanos);
  }

  /** What keeps the slot from moving, when it does not. */
  Optional<String> problem() {
    return lag.compareTo(STUCK) > 0 && sinceAcknowledged().compareTo(STUCK) > 0
        ? Optional.of(
            "no progress: what was committed %d s ago is not in Kafka, which has taken nothing for %d s"
                .formatted(lag.toSeconds(), sinceAcknowledged().toSeconds()))
        : Optional.empty();
  }
}
