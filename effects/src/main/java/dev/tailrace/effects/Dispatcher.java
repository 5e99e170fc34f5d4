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
import org.slf4j.MDC;

/**
 * Runs one task's attempts beside its stream thread and hands back what came of them.
 *
 * <p>A worker gets an immutable attempt, or those of a batch, and gives exactly one {@link
 * Returned} for it, also when the handler throws or outlives its deadline. Only the stream thread
 * starts, takes and closes. Once closed, nothing that still runs can commit.
 */
final class Dispatcher implements AutoCloseable {

  private final Workers workers;
  private final Clock clock;
  private final Queue<Returned> finished = new ConcurrentLinkedQueue<>();
  private final Map<Claim, Thread> running = new ConcurrentHashMap<>();
  private volatile boolean closed;

  Dispatcher(Workers workers, Clock clock) {
    this.workers = workers;
    this.clock = clock;
  }

  /**
   * Whether one more attempt may start now; a yes must be followed by {@link #start}.
   *
   * @param forThePast whether it is of an effect that came by a replay
   */
  boolean hasRoom(boolean forThePast) {
    return workers.tryTake(forThePast);
  }

  /** Whether workers would be left if so many attempts started now. */
  boolean hasMoreRoomThan(int attempts, boolean forThePast) {
    return workers.free(forThePast) > attempts;
  }

  /** What {@link #hasRoom} made room for does not start. */
  void giveBackRoom() {
    workers.giveBack();
  }

  /** Starts a run for which {@link #hasRoom} made room. */
  void start(Run run) {
    workers.run(() -> carryOut(run));
  }

  /** Starts a batch for which {@link #hasRoom} made room. */
  void start(BatchAttempt<?> batch) {
    workers.run(() -> carryOut(batch));
  }

  /** One that ends so without a worker. */
  void end(Attempt attempt, Outcome outcome) {
    finish(attempt, Ended.with(outcome), clock.instant());
  }

  private void carryOut(Run run) {
    for (var next = run.next(); next.isPresent(); next = run.next()) {
      if (!carryOut(next.get())) {
        return;
      }
      // The next is of another event: nothing of this one's handler may reach into it.
      Thread.interrupted();
      MDC.clear();
    }
    workers.giveBack();
  }

  /** The next attempt that has ended, if any. */
  Optional<Returned> take() {
    return Optional.ofNullable(finished.poll());
  }

  /** Answers whether the worker goes on; else the permit has gone back with the answer. */
  private <R> boolean carryOut(Work<R> work) {
    Duration timeout = work.timeout();
    Instant startedAt = clock.instant();
    Claim claim = work.claim();
    Thread worker = Thread.currentThread();
    running.put(claim, worker);
    if (closed) {
      giveUp(claim, worker);
      return false;
    }
    ScheduledFuture<?> deadline =
        workers.after(
            timeout,
            () -> {
              if (claim.expires()) {
                workers.giveBack();
                R late = work.cutOff("no answer within " + timeout.toMillis() + " ms");
                finish(work, late, startedAt);
                worker.interrupt();
              }
            });
    R result = work.call();
    running.remove(claim);
    deadline.cancel(false);
    if (!claim.isWorkers()) {
      return false;
    }
    boolean isThrough = work.isThrough(result);
    if (!isThrough) {
      workers.giveBack();
    }
    finish(work, result, startedAt);
    return isThrough;
  }

  private <R> void finish(Work<R> work, R result, Instant startedAt) {
    finished.add(work.ended(result, startedAt, Duration.between(startedAt, clock.instant())));
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
