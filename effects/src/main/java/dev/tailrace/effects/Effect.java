package dev.tailrace.effects;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Event;
import java.util.Optional;

/**
 * One try to carry out what must follow from one event.
 *
 * @param consumer whose effect it is, by the name that it had when the effect was taken in
 * @param item which of the event's items it is for; empty for a consumer without {@code each}
 * @param attempt 1 for the first try
 * @param laneSeq greater than that of every try before it in its lane, of whatever effect: a
 *     destination that has seen a greater one drops what comes late, from a process that was paused
 *     and replaced
 * @param lastError why the last try failed; in {@code onDead} why the effect was given up
 * @param forcedBy the id of the replay that repeats it, whether it was done or not
 */
public record Effect<E extends Event>(
    Received<E> received,
    String consumer,
    String item,
    int attempt,
    long laneSeq,
    Optional<String> lastError,
    Optional<String> forcedBy) {

  /** The header in which a destination that cares for order is sent {@link #laneSeq}. */
  public static final String LANE_SEQ = "tailrace-lane-seq";

  public E event() {
    return received.event();
  }

  public Envelope envelope() {
    return received.envelope();
  }

  /**
   * The same on every try, so that a destination that dedupes by it carries the effect out once. A
   * replay that forces it has a key of its own: else such a destination would do nothing.
   */
  public String idempotencyKey() {
    String ofEvent = envelope().id() + ":" + consumer;
    String ofItem = item.isEmpty() ? ofEvent : ofEvent + ":" + item;
    return forcedBy.map(replay -> ofItem + ":replay-" + replay).orElse(ofItem);
  }

  /** For one of several calls that the effect makes: each has a key of its own. */
  public String idempotencyKey(String step) {
    return idempotencyKey() + ":" + step;
  }
}
