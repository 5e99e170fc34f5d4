package dev.tailrace.effects;

import dev.tailrace.contracts.event.Event;

/**
 * Carries out the effects of a batch in one call; blocking code on a virtual thread.
 *
 * <p>An {@link Outcome} is for all of them. With one that is tried again, or an exception, the same
 * effects in the same order make the next call. Effects of one lane are in its order: when one of
 * them is not settled, those behind it in the lane come again, whatever was answered for them.
 */
@FunctionalInterface
public interface BatchHandler<E extends Event> {
  HandledBatch handle(Batch<E> batch) throws Exception;
}
