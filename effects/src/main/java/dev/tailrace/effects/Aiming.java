package dev.tailrace.effects;

import dev.tailrace.contracts.event.Event;
import java.util.Optional;

/** Finds out, before each attempt, where an effect goes, and who carries it out there. */
@FunctionalInterface
interface Aiming<E extends Event> {

  Aimed<E> at(Effect<E> effect) throws Exception;

  /**
   * What was found.
   *
   * @param destination by which its breaker goes; empty when there is nothing to be left alone
   * @param handler who carries it out; the consumer's own when empty
   */
  record Aimed<E extends Event>(Optional<String> destination, Optional<Handler<E>> handler) {}

  /** In the place of a consumer's own handler, where each effect has one by what it is aimed at. */
  static <E extends Event> Handler<E> byItself() {
    return effect -> {
      throw new IllegalStateException("BUG: it was aimed at nothing");
    };
  }

  /** To what is named, and no more is known of it. */
  static <E extends Event> Aiming<E> to(Destination<E> where) {
    return effect -> new Aimed<>(Optional.of(where.of(effect)), Optional.empty());
  }
}
