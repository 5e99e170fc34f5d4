package dev.tailrace.effects;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks the database for many at once: all that wait while it answers those before go into one
 * statement.
 */
final class Gatherer<Q, A> implements AutoCloseable {

  private static final int MOST_AT_ONCE = 500;

  /** Where so many were asked for at once more will come: a statement has a price of its own. */
  private static final int BUSY = 8;

  private static final long GATHERING_NANOS = Duration.ofMillis(1).toNanos();

  /** SQLSTATE classes that are the fault of a value, not of the database. */
  private static final List<String> FAULTS_OF_VALUES = List.of("22", "23");

  /** Answers each, in their order. */
  @FunctionalInterface
  interface Statement<Q, A> {
    List<A> answers(List<Q> questions) throws SQLException;
  }

  private record Asked<Q, A>(Q question, CompletableFuture<A> answer) {}

  private final Statement<Q, A> statement;
  private final BlockingQueue<Asked<Q, A>> waiting = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile boolean closed;

  Gatherer(String name, Statement<Q, A> statement) {
    this.statement = statement;
    // Of the platform: to interrupt a virtual one would cut off the statement that it waits for.
    this.thread = Thread.ofPlatform().name(name).daemon().start(this::run);
  }

  /** An answer that may be on its way. */
  record Answer<A>(CompletableFuture<A> future) {

    /**
     * Waits for it.
     *
     * @throws SQLException when the database had none
     */
    A await() throws SQLException, InterruptedException {
      try {
        return future.get();
      } catch (ExecutionException e) {
        throw failure(e);
      }
    }

    /**
     * Waits for it for so long.
     *
     * @throws SQLException when the database had none
     */
    A await(Duration limit) throws SQLException, InterruptedException, TimeoutException {
      try {
        return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        throw failure(e);
      }
    }

    private static SQLException failure(ExecutionException e) {
      if (e.getCause() instanceof SQLException failure) {
        return new SQLException(failure.getMessage(), failure.getSQLState(), failure);
      }
      throw new IllegalStateException("BUG: no answer", e.getCause());
    }
  }

  /** Asks, and waits for nothing. */
  Answer<A> ask(Q question) {
    var asked = new Asked<Q, A>(question, new CompletableFuture<>());
    waiting.add(asked);
    if (closed) {
      refuseAll();
    }
    return new Answer<>(asked.answer());
  }

  private void run() {
    try {
      int last = 0;
      while (!closed) {
        var batch = new ArrayList<Asked<Q, A>>();
        batch.add(waiting.take());
        if (last >= BUSY) {
          LockSupport.parkNanos(GATHERING_NANOS);
        }
        waiting.drainTo(batch, MOST_AT_ONCE - 1);
        answer(batch);
        last = batch.size();
      }
    } catch (InterruptedException e) {
      // It is closed.
    } finally {
      closed = true;
      refuseAll();
    }
  }

  private void answer(List<Asked<Q, A>> batch) {
    try {
      List<A> answers = statement.answers(batch.stream().map(Asked::question).toList());
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).answer().complete(answers.get(i));
      }
    } catch (SQLException e) {
      if (batch.size() > 1 && isFaultOfAValue(e)) {
        batch.forEach(each -> answer(List.of(each)));
      } else {
        batch.forEach(each -> each.answer().completeExceptionally(e));
      }
    } catch (RuntimeException e) {
      batch.forEach(each -> each.answer().completeExceptionally(e));
    }
  }

  private static boolean isFaultOfAValue(SQLException e) {
    String state = e.getSQLState();
    return state != null && FAULTS_OF_VALUES.stream().anyMatch(state::startsWith);
  }

  /** How many wait for the next statement. */
  int waiting() {
    return waiting.size();
  }

  private void refuseAll() {
    for (var asked = waiting.poll(); asked != null; asked = waiting.poll()) {
      asked.answer().completeExceptionally(new SQLException("the application is closing"));
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
