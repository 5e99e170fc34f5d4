package dev.tailrace.effects;

import java.time.Duration;
import java.time.Instant;

/**
 * What a worker does at a time: one attempt, or those of a batch in one call. It ends once, by its
 * worker or by its deadline.
 *
 * @param <R> how it ends
 */
interface Work<R> {

  Claim claim();

  /** After which it is cut off. */
  Duration timeout();

  /**
   * Does it. Never throws: whatever goes wrong is a result, an Error of the handler too, or its
   * lanes would wait for ever.
   */
  R call();

  /** How it ends when its time is over; its worker may still be at it. */
  R cutOff(String reason);

  /** Whether the worker goes on with what comes next. */
  boolean isThrough(R result);

  /** What comes back; whoever ends it calls this, once. */
  Returned ended(R result, Instant startedAt, Duration took);
}
