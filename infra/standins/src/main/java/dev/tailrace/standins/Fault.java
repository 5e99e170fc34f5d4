package dev.tailrace.standins;

import java.time.Duration;
import java.util.Optional;

/**
 * How a stand-in misbehaves at the moment. Requests to {@code /_standin/} are spared, but for a
 * stand-in that is down.
 */
public sealed interface Fault {

  /** What one request may meet. */
  sealed interface Met extends Fault {}

  /** What a request meets while others may not. */
  sealed interface Harm extends Met {}

  /** It does what the provider does on a good day. */
  record Healthy() implements Met {}

  /** Each answer takes this much longer. */
  record Slow(Duration delay) implements Harm {
    public Slow {
      requirePositive(delay);
    }
  }

  /**
   * Each request is answered with this status and nothing is done; {@code code} is the provider's
   * own error code, when a certain one is wanted.
   */
  record Failing(int status, Optional<String> code, Span span) implements Harm {
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
  record AcceptsThenTimesOut() implements Harm {}

  /**
   * The work is done and the connection is cut instead of an answer. A client may send the request
   * again on its own: Java's HttpURLConnection does so once, even with a POST.
   */
  record AcceptsThenCrashes() implements Harm {}

  /** Connections are refused. */
  record Down(Outage outage) implements Met {}

  /** Only some requests meet it, the others are answered as on a good day. */
  record Aimed(Aim aim, Harm harm) implements Fault {}

  /**
   * Which requests meet a fault.
   *
   * @param method empty for any
   * @param path what the raw path begins with, {@code /} for any
   */
  record Aim(Optional<String> method, String path, Turn turn) {
    public Aim {
      if (!path.startsWith("/")) {
        throw new IllegalArgumentException("path must begin with a slash: " + path);
      }
    }
  }

  /** Which of the requests that fit. */
  sealed interface Turn {

    /** Each of them. */
    record Each() implements Turn {}

    /** Only one, after {@code left - 1} others; then it is healthy again. */
    record Nth(int left) implements Turn {
      public Nth {
        if (left < 1) {
          throw new IllegalArgumentException("nth must be at least 1: " + left);
        }
      }
    }
  }

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
