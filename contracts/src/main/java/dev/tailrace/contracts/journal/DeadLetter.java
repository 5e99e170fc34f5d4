package dev.tailrace.contracts.journal;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What an application gave up, until it is settled.
 *
 * @param eventId empty for a record that could not be read as an event
 * @param consumer empty when the record came to none
 * @param item which of several effects of one consumer; empty when there is one
 */
public record DeadLetter(
    String topic,
    int partition,
    long offset,
    String application,
    Optional<UUID> eventId,
    String consumer,
    String item,
    String type,
    String tenantId,
    String aggregateId,
    int attempts,
    String reason,
    Instant deadAt) {

  /** Its name in commands: where the record is. */
  public String id() {
    return topic + "/" + partition + "/" + offset;
  }
}
