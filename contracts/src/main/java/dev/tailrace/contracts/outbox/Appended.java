package dev.tailrace.contracts.outbox;

import java.util.UUID;

/** What became of an append. */
public sealed interface Appended {

  /** The event's id; for a duplicate, that of the event that was first. */
  UUID id();

  /** The event will be in Kafka once the caller's transaction has committed. */
  record Stored(UUID id) implements Appended {}

  /** An event of the same type and dedupe key was there before; nothing was appended. */
  record Duplicate(UUID id) implements Appended {}
}
