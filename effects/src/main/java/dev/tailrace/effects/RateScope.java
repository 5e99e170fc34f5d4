package dev.tailrace.effects;

import dev.tailrace.contracts.event.Event;

/**
 * Tells under which rate an effect falls, such as the provider's account: all effects of the
 * application for which the same is told share it.
 *
 * <p>Asked before each try, on its worker; it may look things up.
 */
@FunctionalInterface
public interface RateScope<E extends Event> {
  String of(Effect<E> effect) throws Exception;
}
