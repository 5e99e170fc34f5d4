package dev.tailrace.relay;

/** What Postgres says of the slot. */
sealed interface SlotState {

  /** There is none of this name. */
  record Missing() implements SlotState {}

  /** It is there, and nobody reads it. */
  record Free() implements SlotState {}

  /** It is being read. */
  record Taken(int pid) implements SlotState {}

  /** It is there and can't be read any more, or never could for this relay. */
  record Unusable(String reason) implements SlotState {}
}
