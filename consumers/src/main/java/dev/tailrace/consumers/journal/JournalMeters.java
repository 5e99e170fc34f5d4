package dev.tailrace.consumers.journal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;

/** What the journal has written, for its metrics. */
final class JournalMeters {

  private final Counter events;
  private final Counter attempts;
  private final Counter deadLetters;
  private final Counter unreadable;
  private final Counter expired;
  private final Counter repeated;
  private final DistributionSummary batches;

  JournalMeters(MeterRegistry registry) {
    this.events = records(registry, "event");
    this.attempts = records(registry, "attempt");
    this.deadLetters = records(registry, "dead letter");
    this.unreadable = records(registry, "unreadable");
    this.expired = records(registry, "expired");
    this.repeated =
        Counter.builder("tailrace.journal.repeated")
            .description("events that had been journaled before")
            .register(registry);
    this.batches =
        DistributionSummary.builder("tailrace.journal.batch")
            .description("records of a transaction")
            .register(registry);
  }

  private static Counter records(MeterRegistry registry, String kind) {
    return Counter.builder("tailrace.journal.records")
        .description("records that were journaled, and those that could not be read or are too old")
        .tag("kind", kind)
        .register(registry);
  }

  void written(Batch batch, int repeatedEvents) {
    for (Entry entry : batch.entries()) {
      counterOf(entry).increment();
    }
    repeated.increment(repeatedEvents);
    batches.record(batch.size());
  }

  private Counter counterOf(Entry entry) {
    return switch (entry) {
      case Entry.Happened _ -> events;
      case Entry.Attempted _ -> attempts;
      case Entry.Died _ -> deadLetters;
      case Entry.Unreadable _ -> unreadable;
      case Entry.Expired _ -> expired;
    };
  }
}
