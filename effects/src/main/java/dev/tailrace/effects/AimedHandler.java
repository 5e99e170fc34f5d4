package dev.tailrace.effects;

import dev.tailrace.contracts.event.Event;

/** Carries an effect out at what it is aimed at; else as a {@link Handler} does. */
@FunctionalInterface
public interface AimedHandler<E extends Event, D> {
  Handled handle(Effect<E> effect, D target) throws Exception;
}
