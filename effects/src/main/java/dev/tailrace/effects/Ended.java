package dev.tailrace.effects;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How an attempt ended, and what must not be done again.
 *
 * @param carriedOut the result of a call that was made, though the record of it could not be
 *     written: only the record is tried again
 * @param held what keeps it from going on; then no attempt was made
 * @param items what there is to be an effect for each of, when that was what it had to find out
 * @param death why it is dead, when it is
 */
record Ended(
    Outcome outcome,
    Optional<String> carriedOut,
    Optional<Held> held,
    List<String> items,
    Optional<Death> death) {

  /** It goes on then, or sooner when what it waits for comes. */
  record Held(Awaited awaited, Instant until) {}

  Ended {
    items = List.copyOf(items);
  }

  /** Whether the effect is settled, so that the next of its lane may begin. */
  boolean isThrough() {
    return held.isEmpty()
        && (outcome instanceof Outcome.Done || outcome instanceof Outcome.Skipped);
  }

  static Ended with(Outcome outcome) {
    return new Ended(outcome, Optional.empty(), Optional.empty(), List.of(), Optional.empty());
  }

  /** It never will be carried out, and that is not what its consumer answered. */
  static Ended dead(Death death, String reason) {
    return new Ended(
        Outcome.dead(reason), Optional.empty(), Optional.empty(), List.of(), Optional.of(death));
  }

  static Ended carriedOut(Outcome.RetryAfter recordAgain, String result) {
    return new Ended(
        recordAgain, Optional.of(result), Optional.empty(), List.of(), Optional.empty());
  }

  static Ended named(List<String> items) {
    var outcome = Outcome.done(items.size() + " items");
    return new Ended(outcome, Optional.empty(), Optional.empty(), items, Optional.empty());
  }

  static Ended held(String destination, Instant until) {
    var outcome = Outcome.retry(destination + " does not answer, and is left alone for a while");
    return held(outcome, Breakers.answerOf(destination), until);
  }

  static Ended overRate(String scope, Instant turn) {
    var outcome = Outcome.retry("the rate of " + scope + " is used up, and it waits for its turn");
    return held(outcome, Rates.turnAt(scope), turn);
  }

  private static Ended held(Outcome outcome, Awaited awaited, Instant until) {
    return new Ended(
        outcome,
        Optional.empty(),
        Optional.of(new Held(awaited, until)),
        List.of(),
        Optional.empty());
  }
}
