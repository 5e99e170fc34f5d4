package dev.tailrace.effects;

import javax.sql.DataSource;

/**
 * What all attempts of an instance share.
 *
 * @param database where the handlers' transactions and the done records go
 */
record Attempts(DataSource database, Breakers breakers) {

  Attempt of(Consumer<?> consumer, EffectKey key, PendingEffect pending) {
    return new Attempt(consumer, this, key, pending);
  }
}
