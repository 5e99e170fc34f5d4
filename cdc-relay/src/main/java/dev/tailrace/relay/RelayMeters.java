package dev.tailrace.relay;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;

/** What the relay tells of its work. */
final class RelayMeters {

  private final Clock clock;
  private final SlotWatch watch;
  private final Counter rows;
  private final Counter quarantined;
  private final Timer transactions;
  private final DistributionSummary batches;
  private final Timer lag;
  private final Counter restarts;
  private final Counter rebuilds;
  private final AtomicLong waiting;
  private volatile Optional<SlotReport> slot = Optional.empty();
  private final Counter partitionsDropped;
  private final AtomicLong partitionsHeld;

  RelayMeters(MeterRegistry registry, Clock clock, SlotWatch watch) {
    this.clock = clock;
    this.watch = watch;
    this.rows = registry.counter("tailrace.relay.rows");
    this.quarantined = registry.counter("tailrace.relay.quarantined");
    this.transactions = registry.timer("tailrace.relay.transaction");
    this.batches = registry.summary("tailrace.relay.batch.rows");
    this.lag =
        Timer.builder("tailrace.relay.lag")
            .description("from a commit in Postgres to the acknowledgement of Kafka")
            .publishPercentiles(0.5, 0.99)
            .register(registry);
    this.restarts = registry.counter("tailrace.relay.engine.restarts");
    this.rebuilds = registry.counter("tailrace.relay.slot.rebuilds");
    this.partitionsDropped = registry.counter("tailrace.relay.partitions.dropped");
    this.partitionsHeld = registry.gauge("tailrace.relay.partitions.held", new AtomicLong());
    this.waiting = registry.gauge("tailrace.relay.quarantine.waiting", new AtomicLong());
    ofSlot(registry, "slot.lag.bytes", SlotReport::lagBytes);
    ofSlot(registry, "slot.retained.bytes", SlotReport::retainedBytes);
    ofSlot(registry, "slot.active", report -> report.isRead() ? 1 : 0);
    for (String status : List.of("reserved", "extended", "unreserved", "lost")) {
      Gauge.builder("tailrace.relay.slot.wal.status", () -> is(status))
          .description("1 for what pg_replication_slots says of the WAL that the slot needs")
          .tag("status", status)
          .register(registry);
    }
    Gauge.builder("tailrace.relay.slot.lag", watch, it -> it.lag().toMillis() / 1_000.0)
        .description("how long the oldest of what was written and is not in Kafka has waited")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder(
            "tailrace.relay.acknowledged.age",
            watch,
            it -> it.sinceAcknowledged().toMillis() / 1_000.0)
        .description("since Kafka has taken something")
        .baseUnit("seconds")
        .register(registry);
  }

  private void ofSlot(MeterRegistry registry, String name, ToLongFunction<SlotReport> value) {
    Gauge.builder(
            "tailrace.relay." + name,
            () -> slot.map(report -> (double) value.applyAsLong(report)).orElse(Double.NaN))
        .register(registry);
  }

  private double is(String status) {
    return slot.filter(report -> report.walStatus().equals(status)).isPresent() ? 1 : 0;
  }

  /**
   * Rows are in Kafka.
   *
   * @param took the whole Kafka transaction, tries that failed included
   */
  void committed(Collection<Outgoing> batch, Duration took) {
    watch.acknowledged();
    transactions.record(took);
    if (!batch.isEmpty()) {
      rows.increment(batch.size());
      batches.record(batch.size());
      quarantined.increment(
          (double) batch.stream().filter(Outgoing.Refused.class::isInstance).count());
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

  /** A slot was made, and what it will not send comes from the table. */
  void rebuilt() {
    rebuilds.increment();
  }

  /** How the slot is; empty when there is none. */
  void slot(Optional<SlotReport> report) {
    slot = report;
  }

  /** How many rows in quarantine wait for a person. */
  void waiting(long rows) {
    waiting.set(rows);
  }

  void partitionDropped() {
    partitionsDropped.increment();
  }

  /** So many partitions are kept beyond their time. */
  void partitionsHeld(long partitions) {
    partitionsHeld.set(partitions);
  }
}
