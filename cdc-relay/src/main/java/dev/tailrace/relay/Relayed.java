package dev.tailrace.relay;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.outbox.OutboxHeaders;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An event with its place in commit order.
 *
 * @param committedAt the record's timestamp in Kafka; never {@code occurredAt}, which may lie in
 *     the future
 */
record Relayed(EventType<?> type, Envelope envelope, Instant committedAt) {

  /** The events of these rows, numbered in their order. */
  static List<Relayed> of(List<OutboxRow> rows, long firstSeq) {
    return IntStream.range(0, rows.size()).mapToObj(i -> of(rows.get(i), firstSeq + i)).toList();
  }

  private static Relayed of(OutboxRow row, long seq) {
    try {
      EventType<?> type =
          Catalogue.find(row.type())
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "type " + row.type() + " is not in the catalogue"));
      return new Relayed(type, envelope(row, seq), row.committedAt());
    } catch (IllegalArgumentException e) {
      throw CannotGoOnException.row(row.id(), String.valueOf(e.getMessage()), e);
    }
  }

  private static Envelope envelope(OutboxRow row, long seq) {
    return new Envelope(
        row.id(),
        Seq.text(seq),
        row.type(),
        row.tenantId(),
        row.aggregateType(),
        row.aggregateId(),
        row.occurredAt(),
        OutboxHeaders.read(row.headers()),
        row.payload());
  }
}
