package dev.tailrace.relay;

import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.TestDatabase;
import java.io.IOException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * A transaction that appends in each of the ways there are: through the outbox's door, many rows by
 * one statement, by COPY, and behind a savepoint that may be rolled back to.
 */
final class WriterTransaction implements AutoCloseable {

  private static final String INSERT =
      """
      insert into outbox_event
        (id, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at)
      select id, 'org_1', 'kitchen_task', key, type, '{}', '{"version":1}', now()
      from unnest(?::uuid[], ?::text[], ?::text[]) as row (id, key, type)""";

  private static final List<String> TYPES =
      List.of("kitchen.task.claimed", "kitchen.task.progress");

  private static final AtomicLong IDS = new AtomicLong();

  /** What is appended. */
  record Row(UUID id, String key, String type) {

    private String line() {
      return Rows.line(id.toString(), key, type);
    }
  }

  private final Connection connection;
  private final List<String> keys;
  private final Seed seed;
  private final List<Row> rows = new ArrayList<>();

  WriterTransaction(Connection connection, List<String> keys, Seed seed) throws SQLException {
    this.connection = connection;
    this.keys = keys;
    this.seed = seed;
    connection.setAutoCommit(false);
  }

  /** In their order; what was rolled back is not among them. */
  List<Row> rows() {
    return rows;
  }

  /** Appends one to several hundred rows. */
  void write() throws SQLException, IOException {
    switch (seed.below(8)) {
      case 0 -> copy(drawn(seed.between(1, 400)));
      case 1, 2 -> savepoint();
      case 3, 4 -> insert(drawn(seed.between(2, 40)));
      default -> append();
    }
  }

  private List<Row> drawn(int count) {
    return seed.list(count, () -> new Row(nextId(), seed.oneOf(keys), seed.oneOf(TYPES)));
  }

  /** Of version 7: it rises with time, as that of every door does. */
  private static UUID nextId() {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    long ofMilli = micros % 1_000 * 4_096 / 1_000;
    return new UUID(
        ((micros / 1_000) << 16) | 0x7000 | ofMilli, (1L << 63) | IDS.incrementAndGet());
  }

  private void append() throws SQLException {
    String key = seed.oneOf(keys);
    rows.add(new Row(Scenario.append(connection, key), key, TYPES.getFirst()));
  }

  private void insert(List<Row> fresh) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      statement.setArray(1, texts(fresh.stream().map(row -> row.id().toString()).toList()));
      statement.setArray(2, texts(fresh.stream().map(Row::key).toList()));
      statement.setArray(3, texts(fresh.stream().map(Row::type).toList()));
      statement.executeUpdate();
    }
    rows.addAll(fresh);
  }

  private Array texts(List<String> texts) throws SQLException {
    return connection.createArrayOf("text", texts.toArray());
  }

  private void copy(List<Row> fresh) throws SQLException, IOException {
    String lines = fresh.stream().map(Row::line).collect(Collectors.joining());
    Rows.copy(connection, lines);
    rows.addAll(fresh);
  }

  private void savepoint() throws SQLException, IOException {
    var savepoint = connection.setSavepoint();
    int before = rows.size();
    insert(drawn(seed.between(1, 10)));
    if (seed.flip()) {
      copy(drawn(seed.between(1, 10)));
    }
    if (seed.flip()) {
      connection.rollback(savepoint);
      rows.subList(before, rows.size()).clear();
    } else {
      connection.releaseSavepoint(savepoint);
    }
  }

  void commit() throws SQLException {
    connection.commit();
  }

  void rollback() throws SQLException {
    connection.rollback();
    forget();
  }

  /** The connection's next transaction has none yet. */
  void forget() {
    rows.clear();
  }

  /** Whether it has, by another connection; only when this one's end of the server is gone. */
  boolean isCommitted(TestDatabase elsewhere) throws SQLException {
    if (rows.isEmpty()) {
      return false;
    }
    try (Connection other = elsewhere.connect();
        PreparedStatement statement =
            other.prepareStatement("select 1 from outbox_event where id = ?")) {
      statement.setObject(1, rows.getFirst().id());
      try (var found = statement.executeQuery()) {
        return found.next();
      }
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
