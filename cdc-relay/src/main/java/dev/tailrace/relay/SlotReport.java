package dev.tailrace.relay;

/**
 * How the slot is, as Postgres sees it.
 *
 * @param writtenLsn how far the WAL is written
 * @param confirmedLsn up to where all is in Kafka
 * @param retainedBytes of WAL are kept for the slot
 * @param walStatus {@code reserved}, {@code extended}, {@code unreserved} or {@code lost}
 */
record SlotReport(
    boolean isRead, long writtenLsn, long confirmedLsn, long retainedBytes, String walStatus) {

  long lagBytes() {
    return Math.max(0, writtenLsn - confirmedLsn);
  }

  /** Whether Postgres may remove, or has removed, what was not read yet. */
  boolean isInDanger() {
    return walStatus.equals("unreserved") || walStatus.equals("lost");
  }
}
