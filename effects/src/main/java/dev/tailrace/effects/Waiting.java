package dev.tailrace.effects;

import java.time.Instant;
import java.util.Optional;

/**
 * Until when an effect is not started.
 *
 * @param awaited what ends it sooner
 */
record Waiting(Instant until, Optional<Awaited> awaited) {

  /** There is nothing to wait for. */
  static final Waiting NOT = until(Instant.MIN);

  static Waiting until(Instant time) {
    return new Waiting(time, Optional.empty());
  }

  boolean isOver(Instant now) {
    return !until.isAfter(now);
  }
}
