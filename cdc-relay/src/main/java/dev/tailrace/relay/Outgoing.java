package dev.tailrace.relay;

import dev.tailrace.contracts.event.Envelope;
import java.time.Instant;

/** A row on its way to Kafka: as the event that it is, or into quarantine. */
sealed interface Outgoing {

  Envelope envelope();

  /** The record's timestamp; never {@code occurredAt}, which may lie in the future. */
  Instant committedAt();

  /**
   * An event with its place in commit order.
   *
   * @param again it was asked for once more, out of quarantine
   */
  record Relayed(Route route, Envelope envelope, Instant committedAt, boolean again)
      implements Outgoing {

    Refused refused(String reason) {
      return new Refused(envelope, committedAt, reason);
    }
  }

  /** What Kafka does not take, or has no place for. */
  record Refused(Envelope envelope, Instant committedAt, String reason) implements Outgoing {}
}
