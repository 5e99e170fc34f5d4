package dev.tailrace.effects;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledFuture;

/**
 * Runs one task's attempts beside its stream thread and hands back what came of them.
 *
 * <p>A worker gets an immutable attempt and gives exactly one {@link Finished}, also when the
 * handler throws or outlives its deadline. Only the stream thread starts, takes and closes. Once
 * closed, nothing that still runs can commit.
 */
final class Dispatcher implements AutoCloseable {

  private final Workers workers;
  private final Clock clock;
  private final Queue<Finished> finished = new ConcurrentLinkedQueue<>();
  private final Map<Claim, Thread> running = new ConcurrentHashMap<>();
  private volatile boolean closed;

  Dispatcher(Workers workers, Clock clock) {
    this.workers = workers;
    this.clock = clock;
  }

  /** Whether one more attempt may start now; a yes must be followed by {@link #start}. */
  boolean hasRoom() {
    return workers.tryTake();
  }

  /** Starts an attempt for which {@link #hasRoom} made room. */
  void start(Attempt attempt, Duration timeout) {
    workers.run(() -> run(attempt, timeout));
  }

  /** The next attempt that has ended, if any. */
  Optional<Finished> take() {
    return Optional.ofNullable(finished.poll());
  }

  private void run(Attempt attempt, Duration timeout) {
    Instant startedAt = clock.instant();
    Claim claim = attempt.claim();
    Thread worker = Thread.currentThread();
    running.put(claim, worker);
    if (closed) {
      giveUp(claim, worker);
      return;
    }
    ScheduledFuture<?> deadline =
        workers.after(
            timeout,
            () -> {
              if (claim.expires()) {
                Outcome late = Outcome.retry("no answer within " + timeout.toMillis() + " ms");
                finish(attempt, Ended.with(late), startedAt);
                worker.interrupt();
              }
            });
    Ended ended = attempt.call();
    running.remove(claim);
    deadline.cancel(false);
    if (claim.isWorkers()) {
      finish(attempt, ended, startedAt);
    }
  }

  /**
   * The permit goes back with the answer: a handler that ignores its interrupt must not keep it.
   */
  private void finish(Attempt attempt, Ended ended, Instant startedAt) {
    workers.giveBack();
    attempt.tell(ended);
    finished.add(
        new Finished(attempt, ended, startedAt, Duration.between(startedAt, clock.instant())));
  }

  /** Gives up whatever runs: the task goes elsewhere, and its effects are started again there. */
  @Override
  public void close() {
    closed = true;
    running.forEach(this::giveUp);
  }

  private void giveUp(Claim claim, Thread worker) {
    running.remove(claim);
    if (claim.expires()) {
      workers.giveBack();
      worker.interrupt();
    }
  }
}
