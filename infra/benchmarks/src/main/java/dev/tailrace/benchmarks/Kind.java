package dev.tailrace.benchmarks;

import dev.tailrace.contracts.event.AccountEvent.EstateCreated;
import dev.tailrace.contracts.event.AccountEvent.UserCreated;
import dev.tailrace.contracts.event.AnalyticsEvent.Captured;
import dev.tailrace.contracts.event.AnalyticsEvent.ExceptionCaptured;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Topics;

/**
 * What a row of the outbox is there for. Each has a type, and so a topic, of its own; none of them
 * goes to browsers, which would be a second record.
 */
enum Kind {
  /** The one row before the backlog: in its topic, the drain has begun. */
  FIRST(UserCreated.class),
  /** What is counted. */
  BACKLOG(Captured.class),
  /** The one row after the backlog: in its topic, all is through. */
  LAST(EstateCreated.class),
  /** A row whose way is timed. */
  PACED(ExceptionCaptured.class);

  private final Class<? extends Event> payload;

  Kind(Class<? extends Event> payload) {
    this.payload = payload;
  }

  EventType<?> type() {
    return Catalogue.of(payload);
  }

  String topic(String prefix) {
    return new Topics(prefix).events(type());
  }
}
