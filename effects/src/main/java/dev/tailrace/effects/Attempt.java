package dev.tailrace.effects;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.Problem;
import dev.tailrace.contracts.event.Schemas;
import dev.tailrace.contracts.outbox.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * One attempt of one effect, from the look whether it is done already to the record that it is.
 *
 * <p>Phases: the look; the handler with its external call, outside any transaction; then one
 * transaction with the handler's rows, its events and the done record. A crash before the last one
 * repeats the call with the same idempotency key.
 */
final class Attempt implements Callable<Ended> {

  /** A transaction is not cut off by the attempt's deadline, so it has one of its own. */
  private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);

  private final Consumer<?> consumer;
  private final DataSource database;
  private final EffectKey key;
  private final PendingEffect pending;
  private final Claim claim = new Claim();

  Attempt(Consumer<?> consumer, DataSource database, EffectKey key, PendingEffect pending) {
    this.consumer = consumer;
    this.database = database;
    this.key = key;
    this.pending = pending;
  }

  EffectKey key() {
    return key;
  }

  PendingEffect pending() {
    return pending;
  }

  Claim claim() {
    return claim;
  }

  Consumer<?> consumer() {
    return consumer;
  }

  /**
   * Never throws: whatever goes wrong is an outcome, an Error of the handler too, or its lane would
   * wait for ever.
   */
  @Override
  public Ended call() {
    try {
      return pending.carriedOut().isPresent()
          ? recorded(Outcome.done(pending.carriedOut().get()))
          : carryOut(consumer);
    } catch (EventLoopException e) {
      return Ended.with(Outcome.dead(String.valueOf(e.getMessage())));
    } catch (Throwable e) {
      return Ended.with(
          consumer.isFatal(e) ? Outcome.dead(Reasons.of(e)) : Outcome.retry(Reasons.of(e)));
    }
  }

  private <E extends Event> Ended carryOut(Consumer<E> its) throws Exception {
    if (inTransaction(connection -> DoneRecords.contains(connection, key))) {
      return Ended.with(Outcome.skipped("done before"));
    }
    EventType<?> type = Catalogue.find(pending.envelope().type()).orElseThrow();
    Received<E> received;
    try {
      received = its.read(pending.envelope(), type);
    } catch (JsonProcessingException e) {
      return Ended.with(Outcome.dead("VALIDATION_ERROR: " + faults(type)));
    }
    Handled handled =
        its.handler().handle(new Effect<>(received, key.consumer(), pending.failures() + 1));
    return switch (handled) {
      case Outcome outcome -> recorded(outcome);
      case Commit commit -> committed(commit);
    };
  }

  /**
   * What is wrong with the payload, told by its schema: a parser's own message would quote the
   * payload.
   */
  private String faults(EventType<?> type) {
    try {
      return Schemas.problems(type, Json.read(pending.envelope().payload())).stream()
          .map(Problem::toString)
          .collect(Collectors.joining("; ", "the payload is no " + type.name() + ": ", ""));
    } catch (JsonProcessingException e) {
      return "the payload is no JSON";
    }
  }

  /**
   * Records what is done. When that fails the call is not repeated for it: only the record is
   * attempted again.
   */
  private Ended recorded(Outcome outcome) {
    if (!(outcome instanceof Outcome.Done || outcome instanceof Outcome.Skipped)) {
      return Ended.with(outcome);
    }
    try {
      inTransaction(connection -> DoneRecords.add(connection, key, outcome));
      return Ended.with(outcome);
    } catch (SQLException e) {
      return new Ended(
          Outcome.retry("carried out, but not recorded: " + Reasons.of(e)),
          Optional.of(outcome.detail()));
    }
  }

  private Ended committed(Commit commit) throws SQLException {
    if (!claim.isWorkers()) {
      return Ended.with(Outcome.retry("too late to commit"));
    }
    try {
      return Ended.with(inTransaction(connection -> work(commit, connection)));
    } catch (NotDoneException e) {
      return recorded(e.outcome);
    }
  }

  private Outcome work(Commit commit, Connection connection) throws SQLException {
    if (!DoneRecords.add(connection, key, Outcome.done(""))) {
      return Outcome.skipped("done before");
    }
    Outcome outcome =
        commit.work().in(new Transaction(connection, pending.envelope(), key.consumer()));
    if (outcome instanceof Outcome.Done) {
      return outcome;
    }
    throw new NotDoneException(outcome);
  }

  private <T> T inTransaction(Database.Work<T> work) throws SQLException {
    return Database.inTransaction(
        database,
        connection -> {
          connection.setNetworkTimeout(Runnable::run, (int) DATABASE_TIMEOUT.toMillis());
          return work.in(connection);
        });
  }

  /** Rolls the transaction back and carries the outcome out of it. */
  private static final class NotDoneException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Outcome outcome;

    NotDoneException(Outcome outcome) {
      super(outcome.detail());
      this.outcome = outcome;
    }
  }
}
