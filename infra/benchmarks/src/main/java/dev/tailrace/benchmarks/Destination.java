package dev.tailrace.benchmarks;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.EventType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Whoever is called for each event; the caller waits meanwhile. */
interface Destination {

  /** After so long a caller no longer waits for one that is dead. */
  Duration TIMEOUT = Duration.ofSeconds(2);

  /** A failed call is repeated after these, then given up. */
  List<Duration> BACKOFF = List.of(Duration.ofSeconds(1), Duration.ofSeconds(2));

  /** The type whose events it is called for. */
  EventType<?> follows();

  /**
   * Calls it for an event whose payload is to be read first.
   *
   * @throws TimeoutException when it has not taken it, and is to be called again
   */
  void callWith(Envelope envelope) throws Exception;

  /**
   * Calls it for an event.
   *
   * @throws TimeoutException as {@link #callWith} does
   */
  void call(Envelope envelope) throws Exception;

  /** How long somebody is held up who waits for a dead one until it is given up. */
  static Duration givenUpAfter() {
    return BACKOFF.stream()
        .reduce(TIMEOUT.multipliedBy(BACKOFF.size() + 1L), (sum, delay) -> sum.plus(delay));
  }

  /** Keeps the thread for so long. */
  static void pause(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException("while a call was under way");
      }
    }
  }
}
