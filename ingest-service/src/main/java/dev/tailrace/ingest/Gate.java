package dev.tailrace.ingest;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets so many requests, and so many bytes of theirs, in at a time, and turns the others away after
 * a short wait: better to ask for a retry soon than to answer everybody late.
 *
 * <p>What is urgent has places of its own. Of the others no endpoint may have more than half, so
 * that one that is flooded leaves room for the rest.
 */
final class Gate {

  private static final Duration PATIENCE = Duration.ofMillis(250);
  private static final Duration COME_BACK = Duration.ofSeconds(1);
  private static final int KIBIBYTE = 1024;

  private final Semaphore places;
  private final Semaphore urgentPlaces;
  private final Semaphore kibibytes;
  private final Shares shares;

  /**
   * @param places the most requests at once
   * @param urgentPlaces the most urgent ones, beside them
   * @param bytes the most bytes of bodies at once
   */
  Gate(int places, int urgentPlaces, int bytes) {
    this.places = new Semaphore(places);
    this.urgentPlaces = new Semaphore(urgentPlaces);
    this.kibibytes = new Semaphore(bytes / KIBIBYTE);
    this.shares = new Shares(Math.max(1, places / 2));
  }

  /**
   * Does the work when there is a place for it.
   *
   * @param bytes how many its body may have
   */
  Answer through(Endpoint endpoint, long bytes, Callable<Answer> work) throws Exception {
    if (endpoint.isUrgent()) {
      return holding(urgentPlaces, 1, work);
    }
    int size = Math.clamp((bytes + KIBIBYTE - 1) / KIBIBYTE, 1, Integer.MAX_VALUE);
    return shares.<Exception>holding(
        endpoint.route(),
        "too many of this kind at once",
        () -> holding(places, 1, () -> holding(kibibytes, size, work)));
  }

  private static Answer holding(Semaphore what, int permits, Callable<Answer> work)
      throws Exception {
    if (!what.tryAcquire(permits, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      return Answer.retryAfter(COME_BACK, "too many requests at once");
    }
    try {
      return work.call();
    } finally {
      what.release(permits);
    }
  }
}
