package dev.tailrace.relay;

import java.time.Instant;
import java.util.UUID;

/**
 * What the slot tells, in the order of the commits: a transaction's begin, its rows, its end; and
 * marks between transactions.
 */
sealed interface WalEvent {

  /**
   * A transaction that has committed; what follows up to its {@link End} is of it.
   *
   * @param commitLsn where its commit record begins: rises from one transaction to the next, and is
   *     the same each time the transaction is sent
   * @param xid its id
   */
  record Begin(long commitLsn, long xid, Instant committedAt) implements WalEvent {}

  /** A row of the outbox was inserted. */
  record Inserted(OutboxRow row) implements WalEvent {}

  /** Somebody has asked for a row of the outbox once more, with the transaction's commit. */
  record ResendAsked(UUID id) implements WalEvent {}

  /** The number of shards changes with the transaction's commit. */
  record CutOverAsked(CutOver cutOver) implements WalEvent {}

  /**
   * The transaction's end.
   *
   * @param lsn with it confirmed, the slot does not send the transaction again
   */
  record End(long lsn) implements WalEvent {}

  /** All that was committed before has been told: so far the slot may be confirmed. */
  record Passed(long lsn) implements WalEvent {}
}
