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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * One try of one effect, from the look whether it is done already to the record that it is.
 *
 * <p>Phases: the look; the handler with its external call, outside any transaction; then one
 * transaction with the handler's rows, its events and the done record. A crash before the last one
 * repeats the call with the same idempotency key.
 */
final class Attempt implements Callable<Outcome> {

  private final Map<String, Consumer<?>> consumers;
  private final DataSource database;
  private final EffectKey key;
  private final PendingEffect pending;

  Attempt(
      Map<String, Consumer<?>> consumers,
      DataSource database,
      EffectKey key,
      PendingEffect pending) {
    this.consumers = consumers;
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

  /** Never throws: whatever goes wrong is an outcome. */
  @Override
  public Outcome call() {
    Consumer<?> consumer = consumers.get(key.consumer());
    Optional<EventType<?>> type = Catalogue.find(pending.envelope().type());
    if (consumer == null || type.isEmpty()) {
      return Outcome.dead(
          "no consumer %s of %s is registered any more: discard it, or deploy the one that knows it"
              .formatted(key.consumer(), pending.envelope().type()));
    }
    try {
      return carryOut(consumer, type.get());
    } catch (EventLoopException e) {
      return Outcome.dead(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      return Outcome.retry("interrupted");
    } catch (Exception e) {
      return Outcome.retry(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  /** After which it is cut off. */
  Duration timeout() {
    Consumer<?> consumer = consumers.get(key.consumer());
    return consumer == null ? Duration.ofSeconds(1) : consumer.timeout();
  }

  private <E extends Event> Outcome carryOut(Consumer<E> consumer, EventType<?> type)
      throws Exception {
    if (Database.inTransaction(database, connection -> DoneRecords.contains(connection, key))) {
      return Outcome.skipped("done before");
    }
    Received<E> received;
    try {
      received = consumer.read(pending.envelope(), type);
    } catch (JsonProcessingException e) {
      return Outcome.dead("VALIDATION_ERROR: " + faults(type));
    }
    Handled handled =
        consumer.handler().handle(new Effect<>(received, key.consumer(), pending.failures() + 1));
    return switch (handled) {
      case Outcome outcome -> record(outcome);
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

  private Outcome record(Outcome outcome) throws SQLException {
    if (outcome instanceof Outcome.Done || outcome instanceof Outcome.Skipped) {
      Database.inTransaction(database, connection -> DoneRecords.add(connection, key, outcome));
    }
    return outcome;
  }

  private Outcome committed(Commit commit) throws SQLException {
    try {
      return Database.inTransaction(database, connection -> work(commit, connection));
    } catch (NotDoneException e) {
      return record(e.outcome);
    }
  }

  private Outcome work(Commit commit, Connection connection) throws SQLException {
    Outcome done = Outcome.done("");
    if (!DoneRecords.add(connection, key, done)) {
      return Outcome.skipped("done before");
    }
    Outcome outcome =
        commit.work().in(new Transaction(connection, pending.envelope(), key.consumer()));
    if (outcome instanceof Outcome.Done) {
      return outcome;
    }
    throw new NotDoneException(outcome);
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
