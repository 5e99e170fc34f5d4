package dev.tailrace.contracts.event;

import java.time.Instant;
import java.util.UUID;

/**
 * An event as it stands in Kafka: what its emitter said, the id that the outbox gave it, and its
 * place in commit order.
 *
 * @param id the outbox row's id, the identity for every dedupe
 * @param seq the position in commit order: 19 digits, comparable as text across topics
 * @param payload the JSON, byte for byte as it was appended
 */
public record Envelope(
    UUID id,
    String seq,
    String type,
    String tenantId,
    String aggregateType,
    String aggregateId,
    Instant occurredAt,
    Origin origin,
    String payload) {

  /** The only version of the envelope there is. */
  public static final int VERSION = 1;

  static final int SEQ_DIGITS = 19;
}
