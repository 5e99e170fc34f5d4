/**
 * From the outbox to Kafka: the WAL is read, each row becomes a record, and only when the Kafka
 * transaction that holds it has committed is the slot told.
 *
 * <p>Read {@link dev.tailrace.relay.RelayMain}, then {@code Relay} (the loop), {@code Start} (what
 * to do with what the predecessor left), {@code Position}, and the adapters: {@code
 * DebeziumStream}, {@code PostgresSlot}, {@code KafkaPublisher}.
 */
@NullMarked
package dev.tailrace.relay;

import org.jspecify.annotations.NullMarked;
