package dev.tailrace.consumers.journal;

import dev.tailrace.contracts.event.CausedBy;
import dev.tailrace.contracts.event.Envelope;
import java.util.Optional;

/** The row of an event, in the order of {@link JournalSql#EVENTS}. */
final class EventRow {

  private EventRow() {}

  static void write(CopyRows rows, Entry.Happened event) {
    Envelope envelope = event.envelope();
    Optional<CausedBy> cause = envelope.origin().causedBy();
    rows.row(16)
        .id(envelope.id())
        .bigint(event.seq())
        .text(envelope.type())
        .text(envelope.tenantId())
        .text(envelope.aggregateType())
        .text(envelope.aggregateId())
        .time(envelope.occurredAt())
        .time(event.place().at())
        .text(event.place().topic())
        .integer(event.place().partition())
        .bigint(event.place().offset())
        .id(cause.map(CausedBy::eventId))
        .text(cause.map(CausedBy::consumer))
        .integer(envelope.origin().depth())
        .integer(event.payloadBytes())
        .text(event.payload());
  }
}
