package dev.tailrace.effects;

import dev.tailrace.contracts.event.Event;

/**
 * Tells where an effect goes, such as a machine's name: whoever does not answer there is left alone
 * for a while, by all effects that go there.
 *
 * <p>Asked before each try, on its worker; it may look things up.
 */
@FunctionalInterface
public interface Destination<E extends Event> {
  String of(Effect<E> effect) throws Exception;
}
