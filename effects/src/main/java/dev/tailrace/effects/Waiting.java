package dev.tailrace.effects;

import java.time.Instant;
import java.util.Optional;

/**
 * Until when an effect is not started.
 *
 * @param awaited what ends it sooner
 * @param hasFailed since it was parked last: then it waits for its next attempt
 */
record Waiting(Instant until, Optional<Awaited> awaited, boolean hasFailed) {

  /** There is nothing to wait for. */
  static final Waiting NOT = until(Instant.MIN);

  static Waiting until(Instant time) {
    return new Waiting(time, Optional.empty(), false);
  }

  boolean isOver(Instant now) {
    return !until.isAfter(now);
  }
}
