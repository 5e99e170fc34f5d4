package dev.tailrace.effects;

import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What is seen of a task from outside its stream thread: when it last had a turn, its tally, and
 * its lanes, of which it tells at its next turn, since no other thread may touch them.
 */
final class Watched {

  /** So often the lanes are counted, at most. */
  private static final Duration SHORTEST_GAP = Duration.ofSeconds(5);

  /** So much longer than it took to count them it takes until they are counted again. */
  private static final int TIMES_AS_LONG = 200;

  private final int task;
  private final Lanes lanes;
  private final PendingStore pending;
  private final Tally tally;
  private final String thread = Thread.currentThread().getName();
  private final Queue<Question> questions = new ConcurrentLinkedQueue<>();
  private volatile Instant lastTurn;
  private Instant counted = Instant.MAX;
  private Duration gap = SHORTEST_GAP;

  private record Question(LanesQuery query, CompletableFuture<TaskLanes> answer) {}

  /** Made by the task's stream thread, which opens it. */
  Watched(int task, Lanes lanes, PendingStore pending, Tally tally, Instant now) {
    this.task = task;
    this.lanes = lanes;
    this.pending = pending;
    this.tally = tally;
    this.lastTurn = now;
  }

  int task() {
    return task;
  }

  Tally tally() {
    return tally;
  }

  /** The stream thread that has it. */
  String thread() {
    return thread;
  }

  Instant lastTurn() {
    return lastTurn;
  }

  /** Asks for its lanes; whoever gives up waiting cancels the answer. */
  CompletableFuture<TaskLanes> ask(LanesQuery query) {
    var answer = new CompletableFuture<TaskLanes>();
    questions.add(new Question(query, answer));
    return answer;
  }

  /** The stream thread has come by. */
  void turn(Instant now) {
    lastTurn = now;
    for (var asked = questions.poll(); asked != null; asked = questions.poll()) {
      answer(asked);
    }
    // Before it was counted last: the first time, and when the clock was set back.
    if (now.isBefore(counted) || !now.isBefore(counted.plus(gap))) {
      long began = System.nanoTime();
      tally.look(lanes);
      Duration took = Duration.ofNanos(System.nanoTime() - began).multipliedBy(TIMES_AS_LONG);
      gap = took.compareTo(SHORTEST_GAP) > 0 ? took : SHORTEST_GAP;
      counted = now;
    }
  }

  /** A question that can't be answered must not stop the thread. */
  private void answer(Question asked) {
    if (asked.answer().isDone()) {
      return;
    }
    try {
      asked.answer().complete(TaskLanes.of(task, asked.query(), lanes, pending));
    } catch (RuntimeException e) {
      asked.answer().completeExceptionally(e);
    }
  }
}
