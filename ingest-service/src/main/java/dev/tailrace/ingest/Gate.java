package dev.tailrace.ingest;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets so many requests in at a time, and turns the others away after a short wait: better to ask
 * for a retry soon than to answer everybody late.
 */
final class Gate {

  private static final Duration PATIENCE = Duration.ofMillis(250);
  private static final Duration COME_BACK = Duration.ofSeconds(1);

  private final Semaphore permits;

  Gate(int permits) {
    this.permits = new Semaphore(permits);
  }

  Answer through(Callable<Answer> work) throws Exception {
    if (!permits.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      return Answer.retryAfter(COME_BACK, "too many requests at once");
    }
    try {
      return work.call();
    } finally {
      permits.release();
    }
  }
}
