package dev.tailrace.effects;

import dev.tailrace.contracts.event.Event;
import java.time.Duration;
import java.util.Optional;

/** How an attempt of an effect ended; results and reasons are cut at 1 000 characters. */
public sealed interface Outcome extends Handled, HandledBatch {

  /** It is carried out; the result is for people to read. */
  record Done(String result) implements Outcome {
    public Done {
      result = Reasons.shortened(result);
    }
  }

  /** There was nothing to do, and this is why. */
  record Skipped(String reason) implements Outcome {
    public Skipped {
      reason = Reasons.shortened(reason);
    }
  }

  /**
   * To be tried again: after the delay that the destination named, else when the consumer's backoff
   * says.
   *
   * @param sooner what brings the next try at once
   */
  record RetryAfter(Optional<Duration> delay, Optional<Until> sooner, String reason)
      implements Outcome {
    public RetryAfter {
      reason = Reasons.shortened(reason);
    }

    public RetryAfter(Optional<Duration> delay, String reason) {
      this(delay, Optional.empty(), reason);
    }

    /**
     * Tried again as soon as that event comes, if that is before its time: what has failed may be
     * different then. It is a failure all the same. What is in a batch waits for its time.
     *
     * @param until of a type that the consumer was registered with as {@code wokenBy}
     * @param key what that event is about
     */
    public RetryAfter orWhen(Class<? extends Event> until, String key) {
      return new RetryAfter(delay, Optional.of(new Until(until, key)), reason);
    }
  }

  /** An event that is waited for, and what it is about. */
  record Until(Class<? extends Event> event, String key) {}

  /**
   * It can't be carried out before something else has happened, which an event will tell: it is
   * tried again when that event comes, and looked at every ten minutes. No failure.
   *
   * @param until of a type that the consumer was registered with as {@code wokenBy}
   */
  record Parked(Until until, String reason) implements Outcome {
    public Parked {
      reason = Reasons.shortened(reason);
    }
  }

  /** It never will be: a dead letter with this reason, which says what a person can do. */
  record Dead(String reason) implements Outcome {
    public Dead {
      reason = Reasons.shortened(reason);
    }
  }

  static Outcome done(String result) {
    return new Done(result);
  }

  static Outcome skipped(String reason) {
    return new Skipped(reason);
  }

  static RetryAfter retry(String reason) {
    return new RetryAfter(Optional.empty(), reason);
  }

  static RetryAfter retryAfter(Duration delay, String reason) {
    return new RetryAfter(Optional.of(delay), reason);
  }

  static Outcome parked(Class<? extends Event> until, String key, String reason) {
    return new Parked(new Until(until, key), reason);
  }

  static Outcome dead(String reason) {
    return new Dead(reason);
  }

  /** Its name in records, metrics and the console. */
  default String label() {
    return switch (this) {
      case Done done -> "done";
      case Skipped skipped -> "skipped";
      case RetryAfter retry -> "retry";
      case Parked parked -> "parked";
      case Dead dead -> "dead";
    };
  }

  /** Its result or reason. */
  default String detail() {
    return switch (this) {
      case Done done -> done.result();
      case Skipped skipped -> skipped.reason();
      case RetryAfter retry -> retry.reason();
      case Parked parked -> parked.reason();
      case Dead dead -> dead.reason();
    };
  }
}
