package dev.tailrace.effects;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An attempt that has ended, on its way back to the stream thread.
 *
 * @param batch with which others it was in one call; empty when it was alone
 */
record Finished(
    Attempt attempt, Ended ended, Instant startedAt, Duration took, Optional<String> batch)
    implements Returned {

  EffectKey key() {
    return attempt.key();
  }

  PendingEffect pending() {
    return attempt.pending();
  }

  Outcome outcome() {
    return ended.outcome();
  }

  @Override
  public int attempts() {
    return 1;
  }

  /** How it ended, in records and metrics. */
  String label() {
    return ended.held().isPresent() ? "held" : outcome().label();
  }
}
