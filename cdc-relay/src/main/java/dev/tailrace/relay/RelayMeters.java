package dev.tailrace.relay;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** What the relay tells of its work. */
final class RelayMeters {

  private final Clock clock;
  private final Counter rows;
  private final Timer transactions;
  private final DistributionSummary batches;
  private final Timer lag;
  private final Counter restarts;
  private final AtomicLong slotLagBytes;
  private final Counter partitionsDropped;
  private final AtomicLong partitionsHeld;

  RelayMeters(MeterRegistry registry, Clock clock) {
    this.clock = clock;
    this.rows = registry.counter("tailrace.relay.rows");
    this.transactions = registry.timer("tailrace.relay.transaction");
    this.batches = registry.summary("tailrace.relay.batch.rows");
    this.lag =
        Timer.builder("tailrace.relay.lag")
            .description("from a commit in Postgres to the acknowledgement of Kafka")
            .publishPercentiles(0.5, 0.99)
            .register(registry);
    this.restarts = registry.counter("tailrace.relay.engine.restarts");
    this.slotLagBytes = registry.gauge("tailrace.relay.slot.lag.bytes", new AtomicLong());
    this.partitionsDropped = registry.counter("tailrace.relay.partitions.dropped");
    this.partitionsHeld = registry.gauge("tailrace.relay.partitions.held", new AtomicLong());
  }

  /**
   * Rows are in Kafka.
   *
   * @param took the whole Kafka transaction, tries that failed included
   */
  void committed(int events, Duration took) {
    transactions.record(took);
    if (events > 0) {
      rows.increment(events);
      batches.record(events);
    }
  }

  /**
   * Rows that came from the slot are in Kafka; those from before it were there for days.
   *
   * @param oldest when the first of them was committed
   */
  void live(Instant oldest) {
    lag.record(Duration.between(oldest, clock.instant()));
  }

  void restarted() {
    restarts.increment();
  }

  void slotLag(long bytes) {
    slotLagBytes.set(bytes);
  }

  void partitionDropped() {
    partitionsDropped.increment();
  }

  /** So many partitions are kept beyond their time. */
  void partitionsHeld(long partitions) {
    partitionsHeld.set(partitions);
  }
}
