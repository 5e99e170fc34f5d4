package dev.tailrace.console;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * What becomes of rows that were asked for again: a relay opens each again in the quarantine that
 * Kafka refused again, before it confirms its slot beyond.
 */
final class Arrival {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

  private final Connection connection;
  private final List<UUID> asked;
  private final Set<String> slots;

  /**
   * @param connection on which each statement is a transaction of its own
   * @param slots of the relays that were asked
   */
  Arrival(Connection connection, List<UUID> asked, Set<String> slots) {
    this.connection = connection;
    this.asked = List.copyOf(asked);
    this.slots = Set.copyOf(slots);
  }

  /** How the waiting ended. */
  sealed interface Outcome {

    /**
     * The relay is past all of them.
     *
     * @param back those that Kafka refused again
     */
    record Past(List<QuarantinedRow> back) implements Outcome {

      /** Copies the list. */
      public Past {
        back = List.copyOf(back);
      }
    }

    /** It was not, in the time that was given. */
    record Late() implements Outcome {}
  }

  /**
   * Waits until all of what was asked so far is behind what the slots have confirmed. The place of
   * the question itself would not do: the slot may be confirmed up to somewhere between a question
   * and its commit.
   */
  Outcome await(Duration atMost) throws SQLException {
    String present = Slots.present(connection);
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      boolean isPast = Slots.haveConfirmed(connection, slots, present);
      List<QuarantinedRow> back = QuarantineTable.open(connection, asked);
      if (isPast || back.size() == asked.size()) {
        return new Outcome.Past(back);
      }
      if (System.nanoTime() - deadline > 0) {
        return new Outcome.Late();
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
  }
}
