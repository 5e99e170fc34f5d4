package dev.tailrace.relay;

import java.time.Instant;
import java.util.UUID;

/**
 * A row of the outbox.
 *
 * @param payload the JSON as it was appended
 * @param headers the column that {@code OutboxHeaders} reads
 * @param committedAt when its transaction was committed; for a row that was there before the slot,
 *     when it began
 */
record OutboxRow(
    UUID id,
    String tenantId,
    String aggregateType,
    String aggregateId,
    String type,
    String payload,
    String headers,
    Instant occurredAt,
    Instant committedAt) {

  /** About what it takes in memory, in bytes: nearly all of it is ASCII. */
  int textBytes() {
    return payload.length() + headers.length() + aggregateId.length();
  }
}
