package dev.tailrace.effects;

import java.time.Duration;
import java.time.Instant;

/** An attempt that has ended, on its way back to the stream thread. */
record Finished(Attempt attempt, Ended ended, Instant startedAt, Duration took) {

  EffectKey key() {
    return attempt.key();
  }

  PendingEffect pending() {
    return attempt.pending();
  }

  Outcome outcome() {
    return ended.outcome();
  }

  /** How it ended, in records and metrics. */
  String label() {
    return ended.held().isPresent() ? "held" : outcome().label();
  }
}
