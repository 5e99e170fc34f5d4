package dev.tailrace.effects;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * The effects of one lane that a worker carries out one after another, by itself: it waits for the
 * stream thread only when it does not know what is next.
 *
 * <p>The stream thread adds and takes back, the worker takes; whoever finds nothing to take has
 * ended the run.
 */
final class Run {

  private final Queue<Attempt> next = new ArrayDeque<>();
  private boolean ended;

  Run(Attempt first) {
    next.add(first);
  }

  /** Adds one behind the others; false when the run has ended. */
  synchronized boolean add(Attempt attempt) {
    return !ended && next.add(attempt);
  }

  /** The next to be carried out; when there is none the run has ended. */
  synchronized Optional<Attempt> next() {
    Optional<Attempt> first = Optional.ofNullable(next.poll());
    ended |= first.isEmpty();
    return first;
  }

  /** Ends the run, and answers those that were not begun and never will be. */
  synchronized List<EffectKey> end() {
    ended = true;
    var rest = new ArrayList<EffectKey>();
    next.forEach(attempt -> rest.add(attempt.key()));
    next.clear();
    return rest;
  }
}
