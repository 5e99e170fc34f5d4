package dev.tailrace.standins;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * A token bucket that fills by the clock it is given: {@code perSecond} tokens a second, and never
 * more than one second's worth.
 */
final class RateLimit {

  private final Clock clock;
  private final int perSecond;
  private double tokens;
  private Instant filledAt;

  RateLimit(Clock clock, int perSecond) {
    this.clock = clock;
    this.perSecond = perSecond;
    this.tokens = perSecond;
    this.filledAt = clock.instant();
  }

  /** Takes {@code count} tokens, or none and answers false. */
  synchronized boolean take(int count) {
    Instant now = clock.instant();
    double seconds = Math.max(0, Duration.between(filledAt, now).toNanos() / 1e9);
    tokens = Math.min(perSecond, tokens + seconds * perSecond);
    filledAt = now;
    if (tokens < count) {
      return false;
    }
    tokens -= count;
    return true;
  }
}
