package dev.tailrace.effects;

import java.time.Duration;
import java.util.List;

/**
 * How an effect is tried, and how long.
 *
 * @param delay how long it waits before its first try
 * @param fatal what is thrown that no further try would mend
 * @param timeout after which a try is cut off and counts as failed
 */
record Patience(
    Duration delay, Backoff backoff, List<Class<? extends Throwable>> fatal, Duration timeout) {

  /** A failed effect is tried again after about a second, then ever more rarely, for a day. */
  static final Patience DEFAULT =
      new Patience(
          Duration.ZERO,
          Backoff.exponential(Duration.ofSeconds(1), Duration.ofMinutes(15))
              .forAtMost(Duration.ofHours(24)),
          List.of(),
          Duration.ofSeconds(60));

  Patience {
    fatal = List.copyOf(fatal);
  }

  Patience withDelay(Duration wait) {
    return new Patience(wait, backoff, fatal, timeout);
  }

  Patience withBackoff(Backoff schedule) {
    return new Patience(delay, schedule, fatal, timeout);
  }

  Patience withFatal(List<Class<? extends Throwable>> thrown) {
    return new Patience(delay, backoff, thrown, timeout);
  }

  Patience withTimeout(Duration limit) {
    return new Patience(delay, backoff, fatal, limit);
  }

  /** Whether a handler that threw this need not be tried again. */
  boolean isFatal(Throwable thrown) {
    return fatal.stream().anyMatch(type -> type.isInstance(thrown));
  }
}
