package dev.tailrace.effects;

import java.time.Duration;
import java.time.Instant;

/**
 * What is known of a destination: whether it is worth asking. Each state's methods are what can
 * happen in it.
 */
sealed interface Breaker {

  /** So many failures in a row, and it is asked no more. */
  int MOST_FAILURES = 5;

  Duration FIRST_PAUSE = Duration.ofSeconds(5);
  Duration LONGEST_PAUSE = Duration.ofMinutes(2);

  /** A probe of which nothing is heard for so long is followed by another. */
  Duration PROBE_LIMIT = Duration.ofMinutes(2);

  /** It answers, as far as is known. */
  record Closed(int failures) implements Breaker {

    @Override
    public Breaker failed(Instant now) {
      return failures + 1 < MOST_FAILURES
          ? new Closed(failures + 1)
          : new Open(now.plus(FIRST_PAUSE), FIRST_PAUSE);
    }

    @Override
    public boolean isForgettable(Instant now) {
      return true;
    }
  }

  /** It does not answer, and is left alone until then. */
  record Open(Instant until, Duration pause) implements Breaker {

    /** Those that were on their way when it opened tell nothing new. */
    @Override
    public Breaker failed(Instant now) {
      return this;
    }

    /** Who waited would have asked when the pause was over. */
    @Override
    public boolean isForgettable(Instant now) {
      return until.plus(LONGEST_PAUSE).isBefore(now);
    }

    boolean isOver(Instant now) {
      return !until.isAfter(now);
    }

    /** One attempt finds out. */
    Probing probed(Instant now) {
      return new Probing(now.plus(PROBE_LIMIT), pause);
    }
  }

  /** One attempt is on its way, and the others wait for what comes of it, until then. */
  record Probing(Instant until, Duration pause) implements Breaker {

    @Override
    public Breaker failed(Instant now) {
      Duration longer = pause.multipliedBy(2);
      Duration next = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
      return new Open(now.plus(next), next);
    }

    @Override
    public boolean isForgettable(Instant now) {
      return until.plus(LONGEST_PAUSE).isBefore(now);
    }

    boolean isOver(Instant now) {
      return !until.isAfter(now);
    }

    /** Another attempt finds out. */
    Probing probed(Instant now) {
      return new Probing(now.plus(PROBE_LIMIT), pause);
    }
  }

  /** It did not answer, or not as one that works. */
  Breaker failed(Instant now);

  /** Whether nothing is lost when it is not known: nobody waits there. */
  boolean isForgettable(Instant now);
}
