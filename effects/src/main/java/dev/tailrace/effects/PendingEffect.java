package dev.tailrace.effects;

import dev.tailrace.contracts.event.Envelope;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An effect that is not settled yet.
 *
 * @param since when its event was committed, or it came again
 * @param failures how many attempts have failed
 * @param firstAttempt when the first attempt began, since it was parked last; what waits behind
 *     others does not age
 * @param due when it may be attempted
 * @param carriedOut the result of a call that was made but not recorded yet
 * @param lastError why the last attempt failed, or the effect is parked
 * @param awaited what it is parked for
 * @param knownAs the consumer's name when it was taken in, if that was another
 * @param batched with which others it is attempted, when those were in one call and that is to be
 *     made again as it was
 */
record PendingEffect(
    Envelope envelope,
    Instant since,
    int failures,
    Optional<Instant> firstAttempt,
    Instant due,
    Optional<String> carriedOut,
    Optional<String> lastError,
    Optional<Awaited> awaited,
    Optional<String> knownAs,
    Optional<Batched> batched) {

  /**
   * A place in a call.
   *
   * @param call tells it from others: no two of different effects have the same
   */
  record Batched(String call, int place) {}

  static PendingEffect first(Envelope envelope, Instant due) {
    return new PendingEffect(
        envelope,
        due,
        0,
        Optional.empty(),
        due,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** One that follows from the death of another, for this reason. */
  static PendingEffect mourning(Envelope envelope, Instant due, String reason) {
    return new PendingEffect(
        envelope,
        due,
        0,
        Optional.empty(),
        due,
        Optional.empty(),
        Optional.of(reason),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** One that was given up, with all its attempts before it. */
  static PendingEffect redriven(DeadLetter letter, Instant now) {
    return mourning(letter.envelope(), now, letter.reason());
  }

  /** After an attempt that began then, failed, and is to be repeated when it is due. */
  PendingEffect failed(Instant began, Instant nextDue, String error, Optional<String> done) {
    return new PendingEffect(
        envelope,
        since,
        failures + 1,
        firstAttempt.or(() -> Optional.of(began)),
        nextDue,
        done,
        Optional.of(error),
        Optional.empty(),
        knownAs,
        Optional.empty());
  }

  /**
   * After an attempt that found that something must happen first; it has not failed, and does not
   * age while it waits.
   */
  PendingEffect parked(Awaited until, Instant lookAgain, String reason) {
    return new PendingEffect(
        envelope,
        since,
        failures,
        Optional.empty(),
        lookAgain,
        carriedOut,
        Optional.of(reason),
        Optional.of(until),
        knownAs,
        Optional.empty());
  }

  /** Not attempted, since its destination is left alone until then. */
  PendingEffect held(Awaited answer, Instant until) {
    return new PendingEffect(
        envelope,
        since,
        failures,
        firstAttempt,
        until,
        carriedOut,
        lastError,
        Optional.of(answer),
        knownAs,
        batched);
  }

  /** The same, pending since then. */
  PendingEffect since(Instant time) {
    return new PendingEffect(
        envelope,
        time,
        failures,
        firstAttempt,
        due,
        carriedOut,
        lastError,
        awaited,
        knownAs,
        batched);
  }

  /** The same of a consumer that has another name now: its idempotency keys stay what they were. */
  PendingEffect of(String before) {
    return new PendingEffect(
        envelope,
        since,
        failures,
        firstAttempt,
        due,
        carriedOut,
        lastError,
        awaited,
        Optional.of(knownAs.orElse(before)),
        batched);
  }

  /** The same, to be attempted with others, or alone. */
  PendingEffect in(Optional<Batched> call) {
    return new PendingEffect(
        envelope,
        since,
        failures,
        firstAttempt,
        due,
        carriedOut,
        lastError,
        awaited,
        knownAs,
        call);
  }

  /** In a smaller call than the one that was refused, at once; that was no failure of its own. */
  PendingEffect cut(Instant now, Batched call) {
    return new PendingEffect(
        envelope,
        since,
        failures,
        firstAttempt,
        now,
        carriedOut,
        lastError,
        Optional.empty(),
        knownAs,
        Optional.of(call));
  }

  /** What it waits for, as of now. */
  Waiting waiting(Instant now) {
    return due.isAfter(now) ? new Waiting(due, awaited) : Waiting.NOT;
  }

  /** How long it has been attempted. */
  Duration age(Instant now) {
    return firstAttempt.map(first -> Duration.between(first, now)).orElse(Duration.ZERO);
  }
}
