package dev.tailrace.ingest;

import dev.tailrace.contracts.event.InvalidEventException;
import dev.tailrace.contracts.outbox.Outbox;
import dev.tailrace.contracts.outbox.Prepared;
import dev.tailrace.ingest.Outcome.Rejected;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Stores deliveries that come in at the same time in one transaction.
 *
 * <p>A few writers take whatever waits, and never wait for more: one delivery alone is written at
 * once, and while a transaction commits, the next one's deliveries gather by themselves. What waits
 * is bounded by the {@link Gate}: each request that was let in has one delivery here at most.
 *
 * <p>When the values of one delivery can't be stored, its neighbours must not fail with it: the
 * batch is halved until it is alone.
 */
final class GroupCommit implements AutoCloseable {

  /** SQL's classes of "data exception", "constraint violation" and "program limit exceeded". */
  private static final List<String> THE_VALUES_FAULT = List.of("22", "23", "54");

  private final Transactions transactions;
  private final DistributionSummary batches;
  private final WaitingDeliveries waiting;
  private final AtomicInteger handedIn = new AtomicInteger();
  private final List<Thread> writers;

  /**
   * @param writers how many transactions go on at once
   * @param most the most deliveries in one transaction
   */
  GroupCommit(Transactions transactions, int writers, int most, MeterRegistry meters) {
    this.transactions = transactions;
    this.batches = meters.summary("tailrace.ingest.batch");
    this.waiting = new WaitingDeliveries(most);
    meters.gauge("tailrace.ingest.waiting", handedIn);
    this.writers =
        IntStream.range(0, writers)
            .mapToObj(i -> Thread.ofPlatform().name("writer-" + i).start(this::write))
            .toList();
  }

  /** A delivery that waits, and where its outcome is told. */
  record Waiting(Deliveries.Ready ready, CompletableFuture<Outcome> outcome) {

    /**
     * Checks the event, so that no transaction begins for one that can't be taken.
     *
     * @throws InvalidEventException when it can't be
     */
    static Waiting of(Delivery delivery) {
      Prepared event = Outbox.prepare(delivery.newEvent(delivery.owner().unresolved()));
      return new Waiting(new Deliveries.Ready(delivery, event), new CompletableFuture<>());
    }
  }

  /** For deliveries that are sent again when they are not answered. */
  Storage ordinary() {
    return delivery -> store(delivery, false);
  }

  /** For deliveries that are not: they go before the others. */
  Storage urgent() {
    return delivery -> store(delivery, true);
  }

  private Outcome store(Delivery delivery, boolean urgent) throws SQLException {
    Waiting one;
    try {
      one = Waiting.of(delivery);
    } catch (InvalidEventException e) {
      return Rejected.unacceptable(e.problems());
    }
    if (!waiting.add(one, urgent)) {
      throw new SQLException("the service stops");
    }
    handedIn.incrementAndGet();
    try {
      return await(one.outcome());
    } finally {
      handedIn.decrementAndGet();
    }
  }

  /** How many have no outcome yet. */
  int waiting() {
    return handedIn.get();
  }

  private static Outcome await(CompletableFuture<Outcome> outcome) throws SQLException {
    try {
      return outcome.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted before it was known to be stored", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SQLException sql) {
        throw sql;
      }
      throw new IllegalStateException("a delivery could not be written", e.getCause());
    }
  }

  private void write() {
    for (List<Waiting> batch = waiting.take(); !batch.isEmpty(); batch = waiting.take()) {
      batches.record(batch.size());
      store(batch);
    }
  }

  private void store(List<Waiting> batch) {
    List<Deliveries.Ready> deliveries = batch.stream().map(Waiting::ready).toList();
    try {
      List<Outcome> outcomes =
          transactions.run(connection -> Deliveries.store(connection, deliveries));
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).outcome().complete(outcomes.get(i));
      }
    } catch (SQLException e) {
      failed(batch, e, THE_VALUES_FAULT.contains(stateClass(e)));
    } catch (RuntimeException | Error e) {
      failed(batch, e, true);
    }
  }

  private void failed(List<Waiting> batch, Throwable reason, boolean maybeOneAlone) {
    if (maybeOneAlone && batch.size() > 1) {
      int middle = batch.size() / 2;
      store(batch.subList(0, middle));
      store(batch.subList(middle, batch.size()));
    } else {
      batch.forEach(it -> it.outcome().completeExceptionally(reason));
    }
  }

  private static String stateClass(SQLException e) {
    return Optional.ofNullable(e.getSQLState())
        .filter(state -> state.length() >= 2)
        .map(state -> state.substring(0, 2))
        .orElse("");
  }

  /** Takes nothing more, and returns when all that waited is answered. */
  @Override
  public void close() {
    waiting.close();
    for (Thread writer : writers) {
      try {
        writer.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
