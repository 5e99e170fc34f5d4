package dev.tailrace.contracts.journal;

import dev.tailrace.contracts.event.Envelope;
import java.time.Instant;
import java.util.Optional;

/**
 * An event and its place in Kafka.
 *
 * @param envelope its payload is empty when the journal does not keep those of its type; the outbox
 *     has it then
 * @param committedAt the record's time
 * @param resentAt when it came once more, if it did
 */
public record JournaledEvent(
    Envelope envelope,
    Instant committedAt,
    String topic,
    int partition,
    long offset,
    int payloadBytes,
    Optional<Instant> resentAt) {}
