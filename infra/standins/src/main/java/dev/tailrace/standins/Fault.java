package dev.tailrace.standins;

import java.time.Duration;
import java.util.Optional;

/**
 * How a stand-in misbehaves at the moment. Requests to {@code /_standin/} are spared, but for a
 * stand-in that is down.
 */
public sealed interface Fault {

  /** It does what the provider does on a good day. */
  record Healthy() implements Fault {}

  /** Each answer takes this much longer. */
  record Slow(Duration delay) implements Fault {
    public Slow {
      requirePositive(delay);
    }
  }

  /**
   * Each request is answered with this status and nothing is done; {@code code} is the provider's
   * own error code, when a certain one is wanted.
   */
  record Failing(int status, Optional<String> code, Span span) implements Fault {
    public Failing {
      if (status < 400 || status > 599) {
        throw new IllegalArgumentException("status must be from 400 to 599: " + status);
      }
    }
  }

  /**
   * The work is done and the answer never comes: what a client sees as a timeout although the
   * provider accepted.
   */
  record AcceptsThenTimesOut() implements Fault {}

  /** Connections are refused. */
  record Down(Outage outage) implements Fault {}

  /** How many requests fail. */
  sealed interface Span {

    /** All, until told otherwise. */
    record Unending() implements Span {}

    /** The next ones, at least one; then it is healthy again. */
    record Times(int remaining) implements Span {
      public Times {
        if (remaining < 1) {
          throw new IllegalArgumentException("times must be at least 1: " + remaining);
        }
      }
    }
  }

  /** How long it is down. */
  sealed interface Outage {

    /** Until told otherwise. */
    record Unending() implements Outage {}

    /** For this long; then it is healthy again. */
    record Lasting(Duration duration) implements Outage {
      public Lasting {
        requirePositive(duration);
      }
    }
  }

  private static void requirePositive(Duration duration) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException("a duration must be above zero: " + duration);
    }
  }
}
