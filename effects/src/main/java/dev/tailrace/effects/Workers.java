package dev.tailrace.effects;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads beside the stream threads, and how many attempts an instance runs at once. */
final class Workers implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Workers.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

  private final Executor threads;
  private final ScheduledThreadPoolExecutor deadlines;
  private final Semaphore permits;
  private final int concurrency;

  /**
   * @param threads runs each attempt
   * @param concurrency how many at once
   */
  Workers(Executor threads, int concurrency) {
    this.threads = threads;
    this.permits = new Semaphore(concurrency);
    this.concurrency = concurrency;
    this.deadlines =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("effect-deadlines").daemon().factory());
    // Else what has long ended would be held until its deadline.
    deadlines.setRemoveOnCancelPolicy(true);
  }

  /** A virtual thread for each attempt. */
  static Workers virtual(int concurrency) {
    return new Workers(Executors.newVirtualThreadPerTaskExecutor(), concurrency);
  }

  /** Takes one of the permits, if one is free. */
  boolean tryTake(boolean forThePast) {
    return free(forThePast) > 0 && permits.tryAcquire();
  }

  /** How many are free; half of all are never for what came by a replay. */
  int free(boolean forThePast) {
    return permits.availablePermits() - (forThePast ? concurrency / 2 : 0);
  }

  /** Whether an attempt is under way. */
  boolean areBusy() {
    return free(false) < concurrency;
  }

  void giveBack() {
    permits.release();
  }

  void run(Runnable attempt) {
    threads.execute(attempt);
  }

  ScheduledFuture<?> after(Duration time, Runnable action) {
    return deadlines.schedule(action, time.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    deadlines.shutdownNow();
    if (threads instanceof ExecutorService service) {
      service.shutdownNow();
      try {
        if (!service.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
          log.warn(
              "handlers went on after they were interrupted; none of them can commit any more");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
