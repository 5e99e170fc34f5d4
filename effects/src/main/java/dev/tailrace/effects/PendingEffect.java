package dev.tailrace.effects;

import dev.tailrace.contracts.event.Envelope;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An effect that is not settled yet.
 *
 * @param failures how many attempts have failed
 * @param firstAttempt when the first attempt began, since it was parked last; what waits behind
 *     others does not age
 * @param due when it may be attempted
 * @param carriedOut the result of a call that was made but not recorded yet
 * @param lastError why the last attempt failed, or the effect is parked
 * @param awaited what it is parked for
 * @param knownAs the consumer's name when it was taken in, if that was another
 * @param replayed the replay by which it came, if it did
 */
record PendingEffect(
    Envelope envelope,
    int failures,
    Optional<Instant> firstAttempt,
    Instant due,
    Optional<String> carriedOut,
    Optional<String> lastError,
    Optional<Awaited> awaited,
    Optional<String> knownAs,
    Optional<Replayed> replayed) {

  static PendingEffect first(Envelope envelope, Instant due) {
    return new PendingEffect(
        envelope,
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
    return mourning(letter.envelope(), now, letter.reason())
        .by(letter.forcedBy().map(replay -> new Replayed(replay, true, Optional.empty())));
  }

  /** The same, come by this replay, if there was one. */
  PendingEffect by(Optional<Replayed> replay) {
    return new PendingEffect(
        envelope, failures, firstAttempt, due, carriedOut, lastError, awaited, knownAs, replay);
  }

  /** After an attempt that began then, failed, and is to be repeated when it is due. */
  PendingEffect failed(Instant began, Instant nextDue, String error, Optional<String> done) {
    return new PendingEffect(
        envelope,
        failures + 1,
        firstAttempt.or(() -> Optional.of(began)),
        nextDue,
        done,
        Optional.of(error),
        Optional.empty(),
        knownAs,
        replayed);
  }

  /**
   * After an attempt that found that something must happen first; it has not failed, and does not
   * age while it waits.
   */
  PendingEffect parked(Awaited until, Instant lookAgain, String reason) {
    return new PendingEffect(
        envelope,
        failures,
        Optional.empty(),
        lookAgain,
        carriedOut,
        Optional.of(reason),
        Optional.of(until),
        knownAs,
        replayed);
  }

  /** Not attempted, since its destination is left alone until then. */
  PendingEffect held(Awaited answer, Instant until) {
    return new PendingEffect(
        envelope,
        failures,
        firstAttempt,
        until,
        carriedOut,
        lastError,
        Optional.of(answer),
        knownAs,
        replayed);
  }

  /** The same of a consumer that has another name now: its idempotency keys stay what they were. */
  PendingEffect of(String before) {
    return new PendingEffect(
        envelope,
        failures,
        firstAttempt,
        due,
        carriedOut,
        lastError,
        awaited,
        Optional.of(knownAs.orElse(before)),
        replayed);
  }

  /** As what this effect is recorded when it is done. */
  EffectKey recordOf(EffectKey key) {
    return replayed.map(its -> its.recordOf(key)).orElse(key);
  }

  /** The replay that repeats it, whether it was done or not. */
  Optional<String> forcedBy() {
    return replayed.flatMap(Replayed::forcedBy);
  }

  /** Why it is not carried out if it is not done: its event had become too old. */
  Optional<String> stale() {
    return replayed.flatMap(its -> its.stale(envelope));
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
