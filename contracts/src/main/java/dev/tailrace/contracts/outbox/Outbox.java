package dev.tailrace.contracts.outbox;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import dev.tailrace.contracts.event.InvalidEventException;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.event.Problem;
import io.micrometer.core.instrument.Metrics;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door into the pipeline: an event appended here, in the transaction of the change that it
 * tells of, is in Kafka once that transaction has committed, and nowhere when it has not.
 *
 * <pre>{@code
 * connection.setAutoCommit(false);
 * // ... the change itself ...
 * Outbox.append(connection, NewEvent.of("org_42", clock.instant(), new TaskClaimed("task-7", "emp-1", claimedAt)));
 * connection.commit();
 * }</pre>
 *
 * <p>The same in SQL, for any other language: {@code select outbox_append(...)} (migration V2).
 */
public final class Outbox {

  private static final Logger log = LoggerFactory.getLogger(Outbox.class);

  /**
   * Over this an envelope still passes, but browsers will not see it for long: the realtime bridge
   * refuses 65 536.
   */
  private static final int LARGE_ENVELOPE_BYTES = 32_768;

  private static final TimeBasedEpochGenerator IDS = Generators.timeBasedEpochGenerator();

  private Outbox() {}

  /**
   * Appends the event in the connection's open transaction.
   *
   * @throws InvalidEventException with every problem, when the payload does not fit its type; the
   *     transaction is untouched
   * @throws IllegalStateException when the connection commits by itself: there is no transaction to
   *     append in
   * @throws SQLException when the database refuses; the transaction is then aborted
   */
  public static Appended append(Connection connection, NewEvent event) throws SQLException {
    return append(connection, prepare(event));
  }

  /**
   * Checks the event and gives it its id, which can so be written down before the event is
   * appended. Needs no database.
   *
   * @throws InvalidEventException with every problem, when the payload does not fit its type
   */
  public static Prepared prepare(NewEvent event) {
    List<Problem> problems = event.check();
    if (!problems.isEmpty()) {
      throw new InvalidEventException(event.type().name(), problems);
    }
    return new Prepared(IDS.generate(), event);
  }

  /**
   * Appends an event that was prepared, in the connection's open transaction. In a transaction that
   * was rolled back nothing was appended, and the same may be appended in the next one.
   *
   * @throws IllegalStateException when the connection commits by itself: there is no transaction to
   *     append in
   * @throws SQLException when the database refuses; the transaction is then aborted
   */
  public static Appended append(Connection connection, Prepared prepared) throws SQLException {
    return appendAll(connection, List.of(prepared)).getFirst();
  }

  /**
   * Appends events that were prepared, in their order, with few statements however many there are;
   * what became of each stands at its place. Of two with the same type and dedupe key the later one
   * is a duplicate.
   *
   * @throws IllegalStateException when the connection commits by itself: there is no transaction to
   *     append in
   * @throws SQLException when the database refuses; the transaction is then aborted
   */
  public static List<Appended> appendAll(Connection connection, List<Prepared> events)
      throws SQLException {
    if (connection.getAutoCommit()) {
      throw new IllegalStateException(
          "append within the transaction of the change: call setAutoCommit(false) first");
    }
    List<Appended> appended = DedupeKeys.claim(connection, events);
    List<Prepared> stored =
        IntStream.range(0, events.size())
            .filter(i -> appended.get(i) instanceof Appended.Stored)
            .mapToObj(events::get)
            .toList();
    if (!stored.isEmpty()) {
      insert(connection, stored);
    }
    stored.forEach(event -> warnOfLarge(event.event()));
    return appended;
  }

  private static void insert(Connection connection, List<Prepared> events) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into outbox_event
              (id, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at)
            select * from unnest(?::uuid[], ?, ?, ?, ?, ?, ?, ?::timestamptz[])""")) {
      insert.setArray(1, texts(connection, events, event -> event.id().toString()));
      insert.setArray(2, texts(connection, events, event -> event.event().tenantId()));
      insert.setArray(3, texts(connection, events, event -> event.event().aggregateType()));
      insert.setArray(4, texts(connection, events, event -> event.event().aggregateId()));
      insert.setArray(5, texts(connection, events, event -> event.event().type().name()));
      insert.setArray(6, texts(connection, events, event -> event.event().payload()));
      insert.setArray(
          7, texts(connection, events, event -> OutboxHeaders.write(event.event().origin())));
      insert.setArray(8, texts(connection, events, event -> event.event().occurredAt().toString()));
      insert.executeUpdate();
    }
  }

  static Array texts(Connection connection, List<Prepared> events, Function<Prepared, String> text)
      throws SQLException {
    return connection.createArrayOf("text", events.stream().map(text).toArray(String[]::new));
  }

  private static void warnOfLarge(NewEvent event) {
    int bytes = event.envelopeBytes();
    if (bytes > LARGE_ENVELOPE_BYTES) {
      Metrics.counter("tailrace.outbox.large.envelopes", "type", event.type().name()).increment();
      log.atWarn()
          .addKeyValue("type", event.type().name())
          .addKeyValue("tenant", event.tenantId())
          .addKeyValue("bytes", bytes)
          .log("large envelope");
    }
  }
}
