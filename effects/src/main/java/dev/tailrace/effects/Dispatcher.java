package dev.tailrace.effects;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs attempts beside the stream thread and hands back what came of them.
 *
 * <p>A worker gets an immutable attempt and gives exactly one {@link Finished}, also when the
 * handler throws or outlives its deadline (it is interrupted, and what it says later is dropped).
 * Only the stream thread starts and takes.
 */
final class Dispatcher {

  private final Executor workers;
  private final ScheduledExecutorService deadlines;
  private final Semaphore permits;
  private final Clock clock;
  private final Queue<Finished> finished = new ConcurrentLinkedQueue<>();

  /**
   * @param workers runs each attempt, on a virtual thread of its own
   * @param deadlines cuts off what takes too long
   * @param permits how many attempts of the whole instance run at once
   */
  Dispatcher(Executor workers, ScheduledExecutorService deadlines, Semaphore permits, Clock clock) {
    this.workers = workers;
    this.deadlines = deadlines;
    this.permits = permits;
    this.clock = clock;
  }

  void start(Attempt attempt, Duration timeout) {
    workers.execute(
        () -> {
          permits.acquireUninterruptibly();
          try {
            run(attempt, timeout);
          } finally {
            permits.release();
          }
        });
  }

  /** The next attempt that has ended, if any. */
  Optional<Finished> take() {
    return Optional.ofNullable(finished.poll());
  }

  private void run(Attempt attempt, Duration timeout) {
    Instant startedAt = clock.instant();
    var answered = new AtomicBoolean();
    Thread worker = Thread.currentThread();
    ScheduledFuture<?> deadline =
        deadlines.schedule(
            () -> {
              if (answered.compareAndSet(false, true)) {
                finish(
                    attempt,
                    Outcome.retry("no answer within " + timeout.toMillis() + " ms"),
                    startedAt);
                worker.interrupt();
              }
            },
            timeout.toMillis(),
            TimeUnit.MILLISECONDS);
    Outcome outcome;
    try {
      outcome = attempt.call();
    } catch (Throwable e) {
      // An Error of the handler must not leave its lane waiting for ever.
      outcome = Outcome.retry(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
    if (answered.compareAndSet(false, true)) {
      deadline.cancel(false);
      finish(attempt, outcome, startedAt);
    }
  }

  private void finish(Attempt attempt, Outcome outcome, Instant startedAt) {
    finished.add(
        new Finished(
            attempt.key(),
            attempt.pending(),
            outcome,
            startedAt,
            Duration.between(startedAt, clock.instant())));
  }
}
