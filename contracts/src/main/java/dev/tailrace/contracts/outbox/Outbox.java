package dev.tailrace.contracts.outbox;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import dev.tailrace.contracts.event.InvalidEventException;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.event.Problem;
import io.micrometer.core.instrument.Metrics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
    if (connection.getAutoCommit()) {
      throw new IllegalStateException(
          "append within the transaction of the change: call setAutoCommit(false) first");
    }
    NewEvent event = prepared.event();
    if (event.dedupeKey().isPresent()) {
      Optional<UUID> first =
          claim(connection, event.type().name(), event.dedupeKey().get(), prepared.id());
      if (first.isPresent()) {
        return new Appended.Duplicate(first.get());
      }
    }
    insert(connection, event, prepared.id());
    warnOfLarge(event);
    return new Appended.Stored(prepared.id());
  }

  /**
   * Takes the dedupe key; answers the event that has it already. Waits for another transaction that
   * is about to.
   */
  private static Optional<UUID> claim(Connection connection, String type, String key, UUID id)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into outbox_dedupe (type, dedupe_key, event_id) values (?, ?, ?)
            on conflict do nothing""")) {
      insert.setString(1, type);
      insert.setString(2, key);
      insert.setObject(3, id);
      if (insert.executeUpdate() == 1) {
        return Optional.empty();
      }
    }
    try (PreparedStatement select =
        connection.prepareStatement(
            "select event_id from outbox_dedupe where type = ? and dedupe_key = ?")) {
      select.setString(1, type);
      select.setString(2, key);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new SQLException(
              "the first event of dedupe key '%s' is not visible to this transaction: retry it, or use READ COMMITTED"
                  .formatted(key),
              "40001");
        }
        return Optional.of(row.getObject(1, UUID.class));
      }
    }
  }

  private static void insert(Connection connection, NewEvent event, UUID id) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into outbox_event
              (id, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at)
            values (?, ?, ?, ?, ?, ?, ?, ?)""")) {
      insert.setObject(1, id);
      insert.setString(2, event.tenantId());
      insert.setString(3, event.aggregateType());
      insert.setString(4, event.aggregateId());
      insert.setString(5, event.type().name());
      insert.setString(6, event.payload());
      insert.setString(7, OutboxHeaders.write(event.origin()));
      insert.setTimestamp(8, Timestamp.from(event.occurredAt()));
      insert.executeUpdate();
    }
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
