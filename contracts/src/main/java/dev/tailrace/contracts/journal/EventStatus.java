package dev.tailrace.contracts.journal;

import java.time.Instant;

/** How an event stands with one consumer, such as the bridge to browsers. */
public sealed interface EventStatus {

  /** The journal does not know the event: it is not in Kafka yet, or too old. */
  record Unknown() implements EventStatus {}

  /** Not attempted yet, to be attempted again, or parked. */
  record Pending() implements EventStatus {}

  /** Done; that stays, whatever is told later. */
  record Published(Instant publishedAt) implements EventStatus {}

  /** There was nothing to do, for this reason. */
  record Skipped(String reason) implements EventStatus {}

  /** Given up, also when an operator has seen to it that nothing more happens. */
  record Failed(String error) implements EventStatus {}
}
