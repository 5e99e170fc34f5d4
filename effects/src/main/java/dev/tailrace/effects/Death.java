package dev.tailrace.effects;

import java.util.List;
import java.util.Locale;

/**
 * For what kind of reason something is a dead letter; metrics count by it, for reasons have no end.
 */
enum Death {

  /** The consumer said so: {@code dead}, or an answer that can't be followed. */
  REFUSED,

  /** The consumer threw what it was registered with as final. */
  THROWN,

  /** It has had all its attempts, or is too old for another. */
  EXHAUSTED,

  /** It came by a replay, was not done, and its event was too old for that. */
  STALE,

  /** Its payload is not what its type says. */
  INVALID,

  /** It follows from itself, too many times over. */
  LOOP,

  /** The {@code when} or the lane of its consumer failed. */
  UNFOLLOWED,

  /** The record is no event. */
  UNREADABLE,

  /** The record is an event of a type that this version lacks. */
  UNKNOWN_TYPE;

  /** Those that a consumer's effect can die of; of the others no consumer is known. */
  static final List<Death> OF_EFFECTS =
      List.of(REFUSED, THROWN, EXHAUSTED, STALE, INVALID, LOOP, UNFOLLOWED);

  /** Its name in metrics. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
