package dev.tailrace.relay;

import java.time.Instant;

/**
 * The last transaction of Postgres of which something is in Kafka, and how much of it.
 *
 * <p>The slot sends transactions whole, in the order of their commits, and after a break again from
 * one that was not confirmed. What comes before this one is in Kafka, what comes after is not, and
 * of itself the first {@code rows} are: so a start skips exactly what is there. Rows can't be told
 * by an LSN of their own: those of one COPY share one, and those of interleaved transactions come
 * with falling ones.
 *
 * @param commitLsn where its commit record begins
 * @param xid its id; with the commit's LSN and time it tells this transaction from that of another
 *     history of the database
 * @param rows how many of its rows are in Kafka, or in quarantine
 */
record LastTransaction(long commitLsn, long xid, Instant committedAt, long rows) {

  /** Whether this is the transaction that begins there. */
  boolean is(WalEvent.Begin begin) {
    return commitLsn == begin.commitLsn()
        && xid == begin.xid()
        && committedAt.equals(begin.committedAt());
  }
}
