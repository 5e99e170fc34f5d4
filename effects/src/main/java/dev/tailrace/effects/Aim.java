package dev.tailrace.effects;

import dev.tailrace.contracts.event.Event;

/**
 * Finds out what an effect is aimed at, such as a project's machine with its address.
 *
 * <p>Asked once before each try, on its worker; it may look things up. An exception is a retry.
 */
@FunctionalInterface
public interface Aim<E extends Event, D> {
  D of(Effect<E> effect) throws Exception;
}
