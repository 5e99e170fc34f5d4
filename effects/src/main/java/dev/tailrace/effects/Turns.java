package dev.tailrace.effects;

import dev.tailrace.effects.Rate.Pace;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * In which order, and when, effects take the permits of one rate; no clock, one thread. Who asks
 * for several is admitted when one would be, and those behind him are later by all of them.
 *
 * <p>Who has to wait is told his turn and keeps his place among the others until he takes it. What
 * counts against the rate is when permits are taken, not when they were promised: so it holds
 * however late anybody comes, and those behind him are told a later turn.
 */
final class Turns {

  /** Who is later than this is not waited for any more. */
  static final Duration AWAITED = Duration.ofSeconds(1);

  /** Who is later than this, or comes when so many wait, has no place among them. */
  static final Duration KEPT = Duration.ofMinutes(10);

  /** Who asks looks at all of them. */
  static final int MOST_KEPT = 1_000;

  /** Each with his turn, in the order in which they first asked. */
  private final Map<Asking, Place> waiting = new LinkedHashMap<>();

  private record Place(Instant turn, int permits) {}

  /** When all that was taken is made up for; taken evenly, permits would be used up until then. */
  private Instant usedUntil = Instant.MIN;

  /**
   * Takes permits, all or none.
   *
   * @return when to come again, if it is not this one's turn; empty when it is, and is taken
   */
  Optional<Instant> take(Asking who, int permits, Pace pace, Instant now) {
    forget(now);
    Instant used = usedUntil.isAfter(now) ? usedUntil : now;
    long behind = ahead(who, now) - (pace.burst() - 1L);
    Instant turn = used.plus(pace.interval().multipliedBy(behind));
    if (turn.isAfter(now)) {
      if (waiting.size() < mostKept(who) || waiting.containsKey(who)) {
        waiting.put(who, new Place(turn, permits));
      }
      return Optional.of(turn);
    }
    waiting.remove(who);
    usedUntil = used.plus(pace.interval().multipliedBy(permits));
    return Optional.empty();
  }

  private void forget(Instant now) {
    Instant tooLate = now.minus(KEPT);
    Iterator<Place> first = waiting.values().iterator();
    while (first.hasNext() && first.next().turn().isBefore(tooLate)) {
      first.remove();
    }
  }

  /** What came by replays leaves half of the places to others. */
  private static int mostKept(Asking who) {
    return who.isReplayed() ? MOST_KEPT / 2 : MOST_KEPT;
  }

  /**
   * How many permits are kept for those who asked before; who came by a replay is behind all that
   * did not.
   */
  private int ahead(Asking who, Instant now) {
    Instant tooLate = now.minus(AWAITED);
    boolean hasAsked = true;
    int ahead = 0;
    for (Map.Entry<Asking, Place> each : waiting.entrySet()) {
      if (each.getKey().equals(who)) {
        hasAsked = false;
      } else if (isBefore(each.getKey(), who, hasAsked)
          && !each.getValue().turn().isBefore(tooLate)) {
        ahead += each.getValue().permits();
      }
    }
    return ahead;
  }

  private static boolean isBefore(Asking other, Asking who, boolean hasAskedBefore) {
    return other.isReplayed() == who.isReplayed() ? hasAskedBefore : who.isReplayed();
  }

  /** Whether nothing is lost when it is not known: nobody waits, and nothing is used up. */
  boolean isForgettable(Instant now) {
    forget(now);
    return waiting.isEmpty() && !usedUntil.isAfter(now);
  }

  /** How many have a place. */
  int size() {
    return waiting.size();
  }
}
