package dev.tailrace.effects;

import dev.tailrace.effects.Rate.Pace;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * In which order, and when, effects take the permits of one rate; no clock, one thread.
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
  private final Map<EffectKey, Instant> waiting = new LinkedHashMap<>();

  /** When all that was taken is made up for; taken evenly, permits would be used up until then. */
  private Instant usedUntil = Instant.MIN;

  /**
   * Takes a permit.
   *
   * @return when to come again, if it is not this one's turn; empty when it is, and is taken
   */
  Optional<Instant> take(EffectKey key, Pace pace, Instant now) {
    forget(now);
    Instant used = usedUntil.isAfter(now) ? usedUntil : now;
    long behind = ahead(key, now) - (pace.burst() - 1L);
    Instant turn = used.plus(pace.interval().multipliedBy(behind));
    if (turn.isAfter(now)) {
      if (waiting.size() < mostKept(key) || waiting.containsKey(key)) {
        waiting.put(key, turn);
      }
      return Optional.of(turn);
    }
    waiting.remove(key);
    usedUntil = used.plus(pace.interval());
    return Optional.empty();
  }

  private void forget(Instant now) {
    Instant tooLate = now.minus(KEPT);
    Iterator<Instant> first = waiting.values().iterator();
    while (first.hasNext() && first.next().isBefore(tooLate)) {
      first.remove();
    }
  }

  /** What came by replays leaves half of the places to others. */
  private static int mostKept(EffectKey key) {
    return key.isReplayed() ? MOST_KEPT / 2 : MOST_KEPT;
  }

  /**
   * Of those who asked before, the ones for whom permits are kept; who came by a replay is behind
   * all that did not.
   */
  private int ahead(EffectKey key, Instant now) {
    Instant tooLate = now.minus(AWAITED);
    boolean hasAsked = true;
    int ahead = 0;
    for (Map.Entry<EffectKey, Instant> each : waiting.entrySet()) {
      if (each.getKey().equals(key)) {
        hasAsked = false;
      } else if (isBefore(each.getKey(), key, hasAsked) && !each.getValue().isBefore(tooLate)) {
        ahead++;
      }
    }
    return ahead;
  }

  private static boolean isBefore(EffectKey other, EffectKey key, boolean hasAskedBefore) {
    return other.isReplayed() == key.isReplayed() ? hasAskedBefore : key.isReplayed();
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
