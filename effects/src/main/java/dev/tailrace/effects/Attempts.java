package dev.tailrace.effects;

import java.util.Optional;

/** What all attempts of an instance share. */
record Attempts(DoneRecords done, Breakers breakers, Rates rates) {

  Attempt of(Consumer<?> consumer, EffectKey key, PendingEffect pending, long number) {
    return new Attempt(consumer, this, key, pending, number, look(consumer, key, pending));
  }

  /** On its way before the attempt's turn comes, unless what is before it may be the same. */
  private Optional<Gatherer.Answer<Boolean>> look(
      Consumer<?> consumer, EffectKey key, PendingEffect pending) {
    return pending.carriedOut().isPresent() || !consumer.isRecorded(key) || key.isPutBehind()
        ? Optional.empty()
        : Optional.of(done.contains(key));
  }
}
