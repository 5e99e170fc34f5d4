package dev.tailrace.relay;

/** What Postgres says of the slot. */
sealed interface SlotState {

  /** There is none of this name. */
  record Missing() implements SlotState {}

  /**
   * It is there, and nobody reads it.
   *
   * @param confirmedLsn transactions whose commit is before it are not sent again
   */
  record Free(long confirmedLsn) implements SlotState {}

  /** It is being read. */
  record Taken(int pid) implements SlotState {}

  /** It was the relay's own and can't be read any more. */
  record Unusable(String reason) implements SlotState {}

  /**
   * It is somebody else's, and never touched.
   *
   * @param owner whose, such as {@code database billing}
   */
  record Foreign(String owner) implements SlotState {}
}
