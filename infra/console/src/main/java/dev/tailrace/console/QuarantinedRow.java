package dev.tailrace.console;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A row of the outbox that Kafka did not take.
 *
 * @param slot of the relay that sent it
 * @param at when it was put there, the last time
 */
record QuarantinedRow(
    UUID eventId,
    String slot,
    Content content,
    String reason,
    Instant at,
    Optional<Settled> settled) {

  /** What it is about. */
  record Content(String type, String tenantId, String aggregateId) {}

  /**
   * What became of it.
   *
   * @param by {@code resend} or {@code discard}
   */
  record Settled(String by, Instant at) {

    String inWords() {
      return (by.equals("resend") ? "asked for again" : "discarded") + " at " + Columns.second(at);
    }
  }

  /** The reason in one line. */
  String shortReason() {
    return reason.strip().replaceAll("\\s+", " ");
  }
}
