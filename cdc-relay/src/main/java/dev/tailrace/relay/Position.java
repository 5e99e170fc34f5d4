package dev.tailrace.relay;

import java.time.Instant;
import java.util.Optional;

/**
 * How far a relay is, as it stands in Kafka beside the events: written in their transaction, so
 * that the two never disagree.
 *
 * <p>{@link Backfilling} until every row that the slot will not send is in Kafka, then {@link
 * Streaming} until a slot is lost. A relay that finds the first starts over with a new slot, and
 * sends what is not in Kafka yet; one that finds the second resumes. Either way {@code seq} goes on
 * from {@link #nextSeq}, and never backwards.
 */
sealed interface Position {

  /** What the next row gets. */
  long nextSeq();

  /** The server that the rows come from. */
  Server server();

  /**
   * The rows from before the slot are on their way.
   *
   * @param since what was committed earlier is in Kafka for certain; empty when nothing is certain
   */
  record Backfilling(long nextSeq, Server server, Optional<Instant> since) implements Position {

    Backfilling after(int rows) {
      return new Backfilling(nextSeq + rows, server, since);
    }

    /**
     * The slot takes over.
     *
     * @param slotLsn where it begins
     * @param madeAt no later than the slot was made, by the clock of Postgres
     */
    Streaming complete(long slotLsn, Instant madeAt) {
      return new Streaming(nextSeq, server, slotLsn, Optional.empty(), Optional.of(madeAt));
    }
  }

  /**
   * Rows come from the slot.
   *
   * @param confirmable how far the slot may be confirmed: a slot that is further has left rows out
   * @param last empty when nothing has come from this slot yet
   * @param since when the slot was made: what was committed before came from the table
   */
  record Streaming(
      long nextSeq,
      Server server,
      long confirmable,
      Optional<LastTransaction> last,
      Optional<Instant> since)
      implements Position {

    /** What was committed earlier is in Kafka; empty when nothing is certain. */
    Optional<Instant> committedUpTo() {
      return last.map(LastTransaction::committedAt).or(() -> since);
    }

    /** The shard ends with this position's last transaction. */
    Drained drained(CutOver cutOver) {
      return new Drained(nextSeq, server, cutOver, new End.Seen(confirmable, last.orElseThrow()));
    }

    Streaming on(Server promoted) {
      return new Streaming(nextSeq, promoted, confirmable, last, since);
    }
  }

  /** The shard has come to its end: others go on. */
  record Drained(long nextSeq, Server server, CutOver cutOver, End end) implements Position {}

  /** How a shard has come to it. */
  sealed interface End {

    /** What was committed earlier is in Kafka; empty when nothing is certain. */
    Optional<Instant> committedUpTo();

    /**
     * All of it is in Kafka.
     *
     * @param confirmable how far the slots of those that go on may have been confirmed
     * @param at the transaction of the cut-over, the last of which this shard knows
     */
    record Seen(long confirmable, LastTransaction at) implements End {

      @Override
      public Optional<Instant> committedUpTo() {
        return Optional.of(at.committedAt());
      }
    }

    /** Its slot was lost before: what is missing is for those that go on to take from the table. */
    record Unseen(Optional<Instant> committedUpTo) implements End {}
  }
}
