package dev.tailrace.relay;

import java.util.Optional;

/**
 * How far a relay is, as it stands in Kafka beside the events: written in their transaction, so
 * that the two never disagree.
 *
 * <p>{@link Backfilling} until every row that was there before the slot is in Kafka, then {@link
 * Streaming} for good. A relay that finds the first starts over with a new slot; one that finds the
 * second resumes. Either way {@code seq} goes on from {@link #nextSeq}, and never backwards.
 */
sealed interface Position {

  /** What the next row gets. */
  long nextSeq();

  /** The server that the rows come from. */
  Server server();

  /** The rows that were there before the slot are on their way. */
  record Backfilling(long nextSeq, Server server) implements Position {

    Backfilling after(int rows) {
      return new Backfilling(nextSeq + rows, server);
    }

    Streaming complete() {
      return new Streaming(nextSeq, server, Optional.empty());
    }
  }

  /**
   * Rows come from the slot.
   *
   * @param last the last row that is in Kafka; empty when none has come from the slot yet
   */
  record Streaming(long nextSeq, Server server, Optional<WalPlace> last) implements Position {

    Streaming after(Batch batch) {
      return new Streaming(nextSeq + batch.rows().size(), server, Optional.of(batch.end()));
    }
  }
}
