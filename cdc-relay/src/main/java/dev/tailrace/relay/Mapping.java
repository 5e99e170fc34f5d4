package dev.tailrace.relay;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.outbox.OutboxHeaders;
import java.time.Instant;
import java.util.Optional;

/** Makes of a row what goes to Kafka; for one thread. */
final class Mapping {

  private final Routes routes;

  Mapping(Routes routes) {
    this.routes = routes;
  }

  /**
   * A row that can't be an event is refused, whatever is wrong with it: the ones behind it go on.
   *
   * @param seq its place in commit order
   */
  Outgoing of(OutboxRow row, long seq) {
    return of(row, seq, false);
  }

  /** The same for one that was asked for once more. */
  Outgoing again(OutboxRow row, long seq) {
    return of(row, seq, true);
  }

  private Outgoing of(OutboxRow row, long seq, boolean again) {
    Optional<Route> route = routes.find(row.type());
    if (route.isEmpty()) {
      return refused(
          row,
          seq,
          "type %s is not in the catalogue: add its line and send the row again, or set RELAY_UNKNOWN_TYPES=allow"
              .formatted(row.type()));
    }
    if (row.occurredAt().equals(Instant.MIN) || row.occurredAt().equals(Instant.MAX)) {
      return refused(row, seq, "occurred_at is an infinity, or its year has not four digits");
    }
    try {
      Envelope envelope = envelope(row, seq, OutboxHeaders.read(row.headers()));
      return new Outgoing.Relayed(route.get(), envelope, row.committedAt(), again);
    } catch (IllegalArgumentException e) {
      return refused(row, seq, String.valueOf(e.getMessage()));
    }
  }

  private static Outgoing refused(OutboxRow row, long seq, String reason) {
    return new Outgoing.Refused(envelope(row, seq, Origin.NONE), row.committedAt(), reason);
  }

  private static Envelope envelope(OutboxRow row, long seq, Origin origin) {
    return new Envelope(
        row.id(),
        Seq.text(seq),
        row.type(),
        row.tenantId(),
        row.aggregateType(),
        row.aggregateId(),
        row.occurredAt(),
        origin,
        row.payload());
  }
}
