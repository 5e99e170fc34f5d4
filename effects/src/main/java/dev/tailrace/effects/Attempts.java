package dev.tailrace.effects;

/** What all attempts of an instance share. */
record Attempts(DoneRecords done, Breakers breakers, Rates rates) {

  Attempt of(Consumer<?> consumer, EffectKey key, PendingEffect pending, long number) {
    return new Attempt(consumer, this, key, pending, number);
  }
}
