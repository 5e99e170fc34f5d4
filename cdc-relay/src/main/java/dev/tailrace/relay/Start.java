package dev.tailrace.relay;

import java.util.Optional;

/**
 * How a relay begins, given what its predecessor left in Kafka and in Postgres.
 *
 * <p>Rows are never skipped in silence: whatever does not fit together is left to a person.
 */
sealed interface Start {

  /** Goes on from the slot. */
  record Resume(Position.Streaming from) implements Start {}

  /**
   * Makes a new slot and sends the rows that are there first.
   *
   * @param oldSlot one of an attempt that did not come to its end stands in the way
   */
  record FromTheTable(Position.Backfilling from, boolean oldSlot) implements Start {}

  /** Another relay is at work; this one stands by. */
  record StandBy(String reason) implements Start {}

  /** Only a person can decide. */
  record Impossible(String reason) implements Start {}

  /** What was there before this relay. */
  @FunctionalInterface
  interface Predecessor {
    /** Keeps it from publishing any more; answers the position it left. */
    Optional<Position> takeOver() throws InterruptedException;
  }

  /** Leaves the predecessor alone when the slot is another's. */
  static Start decide(SlotState slot, Server server, Predecessor predecessor)
      throws InterruptedException {
    return switch (slot) {
      case SlotState.Taken(int pid) ->
          new StandBy("the slot is read by process " + pid + " of Postgres");
      case SlotState.Foreign(String owner) ->
          new Impossible("it belongs to " + owner + ": choose another RELAY_SLOT");
      case SlotState.Missing missing -> decide(predecessor.takeOver(), missing, server);
      case SlotState.Free free -> decide(predecessor.takeOver(), free, server);
      case SlotState.Unusable unusable -> decide(predecessor.takeOver(), unusable, server);
    };
  }

  private static Start decide(Optional<Position> last, SlotState slot, Server server) {
    return switch (last.orElse(null)) {
      case null -> unknown(slot, server);
      case Position.Backfilling begun ->
          new FromTheTable(
              new Position.Backfilling(begun.nextSeq(), server),
              !(slot instanceof SlotState.Missing));
      case Position.Streaming streaming -> resume(streaming, slot, server);
    };
  }

  private static Start unknown(SlotState slot, Server server) {
    if (slot instanceof SlotState.Missing) {
      return new FromTheTable(new Position.Backfilling(Seq.FIRST, server), false);
    }
    return new Impossible(
        """
        the slot is there, but Kafka has no position for it: relay.positions is lost, or this is \
        another cluster. Drop the slot to send the whole outbox table again, with seq from 1""");
  }

  private static Start resume(Position.Streaming last, SlotState slot, Server server) {
    if (!last.server().equals(server)) {
      return new Impossible(
          "the position is of %s, this is %s: another database, a restore or a promotion. %s"
              .formatted(last.server(), server, known(last)));
    }
    return switch (slot) {
      case SlotState.Free free -> new Resume(last);
      case SlotState.Missing missing ->
          new Impossible("the slot is gone, and with it what it held back. " + known(last));
      case SlotState.Unusable unusable ->
          new Impossible("the slot is unusable: " + unusable.reason() + ". " + known(last));
      case SlotState.Taken _, SlotState.Foreign _ -> throw new AssertionError("decided before");
    };
  }

  private static String known(Position.Streaming last) {
    return "Kafka has all up to seq %s%s; to find what came after is not yet supported"
        .formatted(
            last.nextSeq() - 1,
            last.last()
                .map(row -> " (transaction " + row.transaction() + " of Postgres)")
                .orElse(""));
  }
}
