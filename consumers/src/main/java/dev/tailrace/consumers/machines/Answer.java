package dev.tailrace.consumers.machines;

import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Outcome;
import java.time.Duration;
import java.util.Optional;

/** What the provider of sandboxes can answer. */
sealed interface Answer<T> {

  record Found<T>(T value) implements Answer<T> {}

  /**
   * To be asked again later: what was asked for may have been done all the same.
   *
   * @param after how much later, when that is known; a provider that says so works
   */
  record Unavailable<T>(String reason, Optional<Duration> after) implements Answer<T> {}

  /** Asking the same again will not help. */
  record Refused<T>(String reason) implements Answer<T> {}

  /** What is done with what was found. */
  @FunctionalInterface
  interface Next<T> {
    Handled with(T value) throws InterruptedException;
  }

  /** Goes on with what was found; anything else is the effect's outcome. */
  default Handled then(Next<T> next) throws InterruptedException {
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
