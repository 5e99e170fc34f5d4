package dev.tailrace.relay;

/**
 * Where a row stands in the WAL.
 *
 * <p>It tells a person; it does not order rows: those of one COPY share an LSN, and those of
 * interleaved transactions come with falling ones.
 *
 * @param lsn of the row's own record, not of its commit
 * @param transaction the id of the row's transaction
 */
record WalPlace(long lsn, long transaction) {}
