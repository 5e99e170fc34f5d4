package dev.tailrace.consumers.billing;

import dev.tailrace.consumers.billing.Fields.UnreadableException;
import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Outcome;
import java.time.Duration;
import java.util.Optional;

/** What the provider of payments can answer. */
sealed interface Answer<T> {

  record Found<T>(T value) implements Answer<T> {}

  /**
   * To be asked again later.
   *
   * @param after how much later, when it said so
   */
  record Unavailable<T>(String reason, Optional<Duration> after) implements Answer<T> {}

  /** Asking again will not help. */
  record Refused<T>(String reason) implements Answer<T> {}

  /** What is done with what was found. */
  @FunctionalInterface
  interface Next<T> {
    Handled with(T value) throws UnreadableException;
  }

  /** Goes on with what was found; anything else is the effect's outcome. */
  default Handled then(Next<T> next) throws UnreadableException {
    return switch (this) {
      case Found<T>(T value) -> next.with(value);
      case Unavailable<T>(String reason, Optional<Duration> after) ->
          after
              .map(delay -> Outcome.retryAfter(delay, reason))
              .orElseGet(() -> Outcome.retry(reason));
      case Refused<T>(String reason) -> Outcome.dead(reason);
    };
  }
}
