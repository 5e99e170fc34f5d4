package dev.tailrace.effects;

import java.util.Optional;

/** What all attempts of an instance share. */
record Attempts(DoneRecords done, Breakers breakers, Rates rates) {

  /**
   * One attempt.
   *
   * @param askNow whether to ask at once if the effect is recorded, and not when its turn comes:
   *     the answer is then on its way, and is that of now
   */
  Attempt of(
      Consumer<?> consumer, EffectKey key, PendingEffect pending, long number, boolean askNow) {
    boolean isAsked = askNow && pending.carriedOut().isEmpty() && consumer.isRecorded(key);
    return new Attempt(
        consumer,
        this,
        key,
        pending,
        number,
        isAsked ? Optional.of(done.contains(pending.recordOf(key))) : Optional.empty());
  }
}
