package dev.tailrace.effects;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Where a pending effect stands in its lane: what it does, or what it waits for. */
enum Standing {

  /** It leads its lane, and a worker carries it out. */
  RUNNING,

  /** It leads its lane, and waits for a worker. */
  READY,

  /** It leads its lane, which an operator has paused. */
  PAUSED,

  /** It leads its lane, and waits for its next attempt, or for its first one, which is delayed. */
  WAITING,

  /** It leads its lane, and waits for an event. */
  PARKED,

  /** It leads its lane, and its destination is left alone. */
  HELD_BY_BREAKER,

  /** It leads its lane, and waits for its turn in a rate. */
  HELD_BY_RATE,

  /** It is with the worker that carries out the one before it. */
  LENT,

  /** It waits for the one before it. */
  BEHIND;

  /** What the head of a lane can be; each busy lane is in one of them. */
  static final List<Standing> OF_HEADS =
      List.of(RUNNING, READY, PAUSED, WAITING, PARKED, HELD_BY_BREAKER, HELD_BY_RATE);

  private static final Set<Standing> AWAITING =
      Set.of(WAITING, PARKED, HELD_BY_BREAKER, HELD_BY_RATE);

  /** Of one that leads its lane and is not started before something has come. */
  static Standing of(Waiting waiting) {
    if (waiting.awaited().isEmpty()) {
      return WAITING;
    }
    Awaited awaited = waiting.awaited().get();
    if (awaited.equals(Breakers.answerOf(awaited.key()))) {
      return HELD_BY_BREAKER;
    }
    if (awaited.equals(Rates.turnAt(awaited.key()))) {
      return HELD_BY_RATE;
    }
    return waiting.hasFailed() ? WAITING : PARKED;
  }

  /** By its label; empty when there is none of that name that a head can be. */
  static Optional<Standing> ofHead(String label) {
    return OF_HEADS.stream().filter(each -> each.label().equals(label)).findFirst();
  }

  /** Whether something may come before its time that ends its waiting. */
  boolean isAwaiting() {
    return AWAITING.contains(this);
  }

  /** Its name in metrics and answers. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static List<String> labelsOfHeads() {
    return OF_HEADS.stream().map(Standing::label).toList();
  }
}
