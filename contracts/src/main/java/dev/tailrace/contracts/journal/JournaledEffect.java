package dev.tailrace.contracts.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An effect of an event, and how it came to stand as it does.
 *
 * @param item which of several effects of one consumer; empty when there is one
 * @param state done, skipped, retrying, parked, held, cancelled, dead, discarded, or a word of a
 *     newer runtime
 * @param detail the result or reason of the last attempt
 * @param attemptCount how many attempts there were, also those that are not in the journal any more
 * @param due when it is attempted again, if that is known
 * @param attempts in their order
 */
public record JournaledEffect(
    String application,
    String consumer,
    String item,
    String lane,
    String state,
    String detail,
    int attemptCount,
    Optional<Instant> due,
    List<Attempt> attempts) {

  /** One attempt. */
  public record Attempt(
      int number, Instant startedAt, Duration took, String outcome, String detail) {}

  public JournaledEffect {
    attempts = List.copyOf(attempts);
  }
}
