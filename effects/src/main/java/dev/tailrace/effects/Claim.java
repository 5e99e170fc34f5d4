package dev.tailrace.effects;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Whose an attempt is: the worker's to end, or the deadline's to give up. Exactly one of them gets
 * it.
 *
 * <p>Without it a worker that comes late would commit rows after its effect was given up, or after
 * the next of its lane.
 */
final class Claim {

  private enum State {
    OPEN,
    WORKERS,
    EXPIRED
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

  /**
   * Taken by the worker, before it opens its transaction and before it answers; false when it comes
   * too late.
   */
  boolean isWorkers() {
    return state.compareAndSet(State.OPEN, State.WORKERS) || state.get() == State.WORKERS;
  }

  /** Taken when the time is over, or the task goes elsewhere; false when the worker has it. */
  boolean expires() {
    return state.compareAndSet(State.OPEN, State.EXPIRED);
  }
}
