package dev.tailrace.effects;

import dev.tailrace.contracts.event.Event;

/**
 * Carries out an effect; blocking code on a virtual thread.
 *
 * <p>It may be called again for the same event, after a crash or a retry: an external call must
 * carry {@link Effect#idempotencyKey}. An exception is a retry.
 */
@FunctionalInterface
public interface Handler<E extends Event> {
  Handled handle(Effect<E> effect) throws Exception;
}
