package dev.tailrace.relay;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a relay begins, given what its predecessor left in Kafka and in Postgres.
 *
 * <p>Rows are never skipped in silence: whatever does not fit together is left to a person.
 */
sealed interface Start {

  /**
   * Goes on from the slot.
   *
   * @param slotLsn where that begins
   */
  record Resume(Position.Streaming from, long slotLsn) implements Start {}

  /**
   * Makes a new slot and sends what is not in Kafka of the rows that are there first.
   *
   * @param oldSlot one that is of no use any more stands in the way
   * @param adopted on a server that a person has said is to be gone on from
   * @param reason why, for a person
   */
  record FromTheTable(Position.Backfilling from, boolean oldSlot, boolean adopted, String reason)
      implements Start {}

  /** Another relay is at work; this one stands by. */
  record StandBy(String reason) implements Start {}

  /**
   * The shard ends without its last rows, which those that go on take from the table: its slot was
   * lost after the cut-over was asked for, and a new one would not tell of that.
   */
  record End(Position.Drained position, String reason) implements Start {}

  /**
   * The shard has ended, and its slot with it.
   *
   * @param slot whether it is still there
   */
  record Ended(String reason, boolean slot) implements Start {}

  /** Only a person can decide. */
  record Impossible(String reason) implements Start {}

  /** What was there before this relay. */
  interface Predecessor {

    /** Keeps it from publishing any more; answers the position it left. */
    Optional<Position> takeOver() throws InterruptedException;

    /** The positions that the relays of these slots left, of those that have left one. */
    List<Position> left(List<String> slots);
  }

  /** What the database is, and what a person has said of it. */
  interface Source {

    Server server();

    /**
     * Whether all that this position has is in the database's history, of which the server is the
     * same, or was made by a promotion that lost nothing of it.
     */
    boolean has(Position.Streaming position) throws SQLException;

    /** Whether a person has said that this server is to be gone on from. */
    boolean isAdopted();

    /** The last that led to as many shards as there are now, if there was one. */
    Optional<CutOver> cutOver();

    /** The last there was, if it is one that ends this shard. */
    Optional<CutOver> ending();
  }

  /** Leaves the predecessor alone when the slot is another's. */
  static Start decide(SlotState slot, Source source, Predecessor predecessor)
      throws SQLException, InterruptedException {
    return switch (slot) {
      case SlotState.Taken(int pid) ->
          new StandBy("the slot is read by process " + pid + " of Postgres");
      case SlotState.Foreign(String owner) ->
          new Impossible("it belongs to " + owner + ": choose another RELAY_SLOT");
      case SlotState.Missing _, SlotState.Free _, SlotState.Unusable _ ->
          decide(predecessor.takeOver(), slot, source, predecessor);
    };
  }

  private static Start decide(
      Optional<Position> last, SlotState slot, Source source, Predecessor predecessor)
      throws SQLException {
    return switch (last.orElse(null)) {
      case null ->
          source.cutOver().isPresent() && !source.isAdopted()
              ? succeed(source.cutOver().get(), slot, source, predecessor)
              : unknown(slot, source);
      case Position.Backfilling begun ->
          begin(begun, slot, source, "it was begun and not brought to its end");
      case Position.Streaming streaming -> resume(streaming, slot, source);
      case Position.Drained drained -> drained(drained, slot, source, predecessor);
    };
  }

  private static Start drained(
      Position.Drained drained, SlotState slot, Source source, Predecessor predecessor)
      throws SQLException {
    Optional<CutOver> later = source.cutOver().filter(it -> it.id() > drained.cutOver().id());
    return later.isPresent()
        ? succeed(later.get(), slot, source, predecessor)
        : ended(drained.cutOver(), slot);
  }

  private static Start ended(CutOver cutOver, SlotState slot) {
    return new Ended(
        "this shard has ended: there are %d now, each with a relay of RELAY_SHARD=i/%d"
            .formatted(cutOver.to(), cutOver.to()),
        !(slot instanceof SlotState.Missing));
  }

  /** Goes on where all the shards before have ended. */
  private static Start succeed(
      CutOver cutOver, SlotState slot, Source source, Predecessor predecessor) throws SQLException {
    List<Position.Drained> drained =
        predecessor.left(cutOver.predecessors()).stream()
            .filter(Position.Drained.class::isInstance)
            .map(Position.Drained.class::cast)
            .filter(position -> position.cutOver().id() == cutOver.id())
            .toList();
    if (drained.size() < cutOver.from()) {
      return new StandBy(
          "waiting for the shards before to come to their end, each with its relay: %d of %d have"
              .formatted(drained.size(), cutOver.from()));
    }
    return switch (CutOver.begin(drained)) {
      case Position.Streaming streaming -> resume(streaming, slot, source);
      case Position.Backfilling backfilling ->
          begin(backfilling, slot, source, "the slot of a shard before was lost before its end");
      case Position.Drained _ -> throw new AssertionError("a beginning is no end");
    };
  }

  private static Start unknown(SlotState slot, Source source) {
    if (slot instanceof SlotState.Missing || source.isAdopted()) {
      return fromTheTable(Seq.FIRST, Optional.empty(), slot, source, "there is no position yet");
    }
    return new Impossible(
        """
        the slot is there, but Kafka has no position for it: relay.positions is lost, or this is \
        another cluster. To send the whole outbox table, with seq from 1: %s\
        """
            .formatted(ADOPT));
  }

  private static Start begin(
      Position.Backfilling from, SlotState slot, Source source, String reason) {
    if (!from.server().equals(source.server()) && !source.isAdopted()) {
      return new Impossible(otherServer(from, source));
    }
    return fromTheTable(from.nextSeq(), from.since(), slot, source, reason);
  }

  /** A person's word comes first: what seems to fit may have been found not to, by what it sent. */
  private static Start resume(Position.Streaming last, SlotState slot, Source source)
      throws SQLException {
    if (source.isAdopted()) {
      return fromTheTable(last, slot, source, "the server was adopted");
    }
    if (!source.has(last)) {
      return new Impossible(otherServer(last, source));
    }
    if (slot instanceof SlotState.Free free && free.confirmedLsn() <= last.confirmable()) {
      return new Resume(last.on(source.server()), free.confirmedLsn());
    }
    return fromTheTable(last, slot, source, why(slot));
  }

  private static String why(SlotState slot) {
    return switch (slot) {
      case SlotState.Missing _ -> "the slot is gone";
      case SlotState.Unusable unusable -> "the slot is unusable: " + unusable.reason();
      case SlotState.Free _ -> "the slot was moved on, or made anew, by somebody else";
      case SlotState.Taken _, SlotState.Foreign _ -> throw new AssertionError("decided before");
    };
  }

  private static Start fromTheTable(
      Position.Streaming last, SlotState slot, Source source, String reason) {
    return fromTheTable(last.nextSeq(), last.committedUpTo(), slot, source, reason);
  }

  private static Start fromTheTable(
      long nextSeq, Optional<Instant> since, SlotState slot, Source source, String reason) {
    if (source.ending().isPresent()) {
      var unseen = new Position.End.Unseen(source.isAdopted() ? Optional.empty() : since);
      return new End(
          new Position.Drained(nextSeq, source.server(), source.ending().get(), unseen), reason);
    }
    return new FromTheTable(
        new Position.Backfilling(nextSeq, source.server(), since),
        !(slot instanceof SlotState.Missing),
        source.isAdopted(),
        reason);
  }

  private static String otherServer(Position last, Source source) {
    return """
    the position is of %s, this is %s: another database, a restore, or a promotion that lost \
    what Kafka has. Kafka has all up to seq %d%s. To go on from this server with what of its \
    outbox is not in Kafka: %s\
    """
        .formatted(last.server(), source.server(), last.nextSeq() - 1, known(last), ADOPT);
  }

  private static String known(Position last) {
    return last instanceof Position.Streaming streaming
        ? streaming.last().map(row -> " (transaction " + row.xid() + " of Postgres)").orElse("")
        : "";
  }

  /** What a person does about it. */
  String ADOPT = "./tailrace ops relay adopt";
}
