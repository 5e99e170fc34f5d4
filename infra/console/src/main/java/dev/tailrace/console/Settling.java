package dev.tailrace.console;

/** How it went to settle a row of the quarantine. */
sealed interface Settling {

  /**
   * It is settled now.
   *
   * @param slot of the relay that it concerns now
   */
  record Done(String slot) implements Settling {}

  /** There is none: a relay strikes a row out when Kafka takes it after all. */
  record Absent() implements Settling {}

  /** Somebody was faster. */
  record Before(QuarantinedRow.Settled settled) implements Settling {}

  /** The outbox has it no longer, so that there is nothing to send. */
  record WithoutRow() implements Settling {}
}
