package dev.tailrace.effects;

import dev.tailrace.contracts.event.Envelope;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An effect that is not settled yet.
 *
 * @param origin what does not change while it is pending
 * @param failures how many attempts have failed
 * @param firstAttempt when the first attempt began, since it was parked last; what waits behind
 *     others does not age
 * @param due when it may be attempted
 * @param carriedOut the result of a call that was made but not recorded yet
 * @param lastError why the last attempt failed, or the effect is parked
 * @param awaited what it is parked for, or what brings its next attempt sooner
 * @param batched with which others it is attempted, when those were in one call and that is to be
 *     made again as it was
 */
record PendingEffect(
    Origin origin,
    int failures,
    Optional<Instant> firstAttempt,
    Instant due,
    Optional<String> carriedOut,
    Optional<String> lastError,
    Optional<Awaited> awaited,
    Optional<Batched> batched) {

  /**
   * Where an effect comes from.
   *
   * @param since when its event was committed, or it was redriven
   * @param knownAs the consumer's name when it was taken in, if that was another
   * @param replayed the replay by which it came, if it did
   */
  record Origin(
      Envelope envelope, Instant since, Optional<String> knownAs, Optional<Replayed> replayed) {}

  /**
   * A place in a call.
   *
   * @param call tells it from others: no two of different effects have the same
   */
  record Batched(String call, int place) {}

  static PendingEffect first(Envelope envelope, Instant due) {
    return pending(envelope, due, Optional.empty());
  }

  /** One that follows from the death of another, for this reason. */
  static PendingEffect mourning(Envelope envelope, Instant due, String reason) {
    return pending(envelope, due, Optional.of(reason));
  }

  private static PendingEffect pending(Envelope envelope, Instant due, Optional<String> error) {
    return new PendingEffect(
        new Origin(envelope, due, Optional.empty(), Optional.empty()),
        0,
        Optional.empty(),
        due,
        Optional.empty(),
        error,
        Optional.empty(),
        Optional.empty());
  }

  /** One that was given up, with all its attempts before it. */
  static PendingEffect redriven(DeadLetter letter, Instant now) {
    return mourning(letter.envelope(), now, letter.reason())
        .by(letter.forcedBy().map(replay -> new Replayed(replay, true, Optional.empty())));
  }

  Envelope envelope() {
    return origin.envelope();
  }

  Instant since() {
    return origin.since();
  }

  Optional<String> knownAs() {
    return origin.knownAs();
  }

  Optional<Replayed> replayed() {
    return origin.replayed();
  }

  /** The same, come by this replay, if there was one. */
  PendingEffect by(Optional<Replayed> replay) {
    return of(new Origin(envelope(), since(), knownAs(), replay));
  }

  /** The same, pending since then. */
  PendingEffect since(Instant time) {
    return of(new Origin(envelope(), time, knownAs(), replayed()));
  }

  /** The same of a consumer that has another name now: its idempotency keys stay what they were. */
  PendingEffect of(String before) {
    var name = Optional.of(knownAs().orElse(before));
    return of(new Origin(envelope(), since(), name, replayed()));
  }

  private PendingEffect of(Origin other) {
    return new PendingEffect(
        other, failures, firstAttempt, due, carriedOut, lastError, awaited, batched);
  }

  /** After an attempt that began then, failed, and is to be repeated when it is due. */
  PendingEffect failed(Instant began, Instant nextDue, String error, Optional<String> done) {
    return new PendingEffect(
        origin,
        failures + 1,
        firstAttempt.or(() -> Optional.of(began)),
        nextDue,
        done,
        Optional.of(error),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * After an attempt that found that something must happen first; it has not failed, and does not
   * age while it waits.
   */
  PendingEffect parked(Awaited until, Instant lookAgain, String reason) {
    return new PendingEffect(
        origin,
        failures,
        Optional.empty(),
        lookAgain,
        carriedOut,
        Optional.of(reason),
        Optional.of(until),
        Optional.empty());
  }

  /**
   * One that has failed and is attempted again as soon as that comes, if that is before its time.
   */
  PendingEffect orWhen(Awaited sooner) {
    return new PendingEffect(
        origin, failures, firstAttempt, due, carriedOut, lastError, Optional.of(sooner), batched);
  }

  /** Not attempted, since its destination is left alone until then. */
  PendingEffect held(Awaited answer, Instant until) {
    return new PendingEffect(
        origin, failures, firstAttempt, until, carriedOut, lastError, Optional.of(answer), batched);
  }

  /** The same, to be attempted with others, or alone. */
  PendingEffect in(Optional<Batched> call) {
    return new PendingEffect(
        origin, failures, firstAttempt, due, carriedOut, lastError, awaited, call);
  }

  /** In a smaller call than the one that was refused, at once; that was no failure of its own. */
  PendingEffect cut(Instant now, Batched call) {
    return new PendingEffect(
        origin,
        failures,
        firstAttempt,
        now,
        carriedOut,
        lastError,
        Optional.empty(),
        Optional.of(call));
  }

  /** As what this effect is recorded when it is done. */
  EffectKey recordOf(EffectKey key) {
    return replayed().map(its -> its.recordOf(key)).orElse(key);
  }

  /** The replay that repeats it, whether it was done or not. */
  Optional<String> forcedBy() {
    return replayed().flatMap(Replayed::forcedBy);
  }

  /** Why it is not carried out if it is not done: its event had become too old. */
  Optional<String> stale() {
    return replayed().flatMap(its -> its.stale(envelope()));
  }

  /** What it waits for, as of now. */
  Waiting waiting(Instant now) {
    return due.isAfter(now) ? waiting() : Waiting.NOT;
  }

  /** What it waits for. */
  Waiting waiting() {
    return new Waiting(due, awaited, firstAttempt.isPresent());
  }

  /** How long it has been attempted. */
  Duration age(Instant now) {
    return firstAttempt.map(first -> Duration.between(first, now)).orElse(Duration.ZERO);
  }
}
