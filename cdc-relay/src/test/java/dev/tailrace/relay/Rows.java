package dev.tailrace.relay;

import dev.tailrace.testkit.TestDatabase;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postgresql.PGConnection;

/** Rows put into the outbox past its door, as a bulk load would: those of one COPY share LSNs. */
final class Rows {

  private static final String COPY =
      """
      copy outbox_event
        (id, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at)
      from stdin""";

  private Rows() {}

  /** Many rows in a transaction of their own. */
  static void copy(TestDatabase database, int rows) {
    try (Connection connection = database.connect()) {
      copy(connection, 0, rows);
    } catch (SQLException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Rows of these numbers, over twenty keys. */
  static void copy(Connection connection, int from, int count) throws SQLException, IOException {
    copy(
        connection,
        IntStream.range(from, from + count)
            .mapToObj(i -> line(id(i), "task-" + i % 20, "kitchen.task.claimed"))
            .collect(Collectors.joining()));
  }

  /** Rows as {@link #line} makes them. */
  static void copy(Connection connection, String lines) throws SQLException, IOException {
    connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY, new StringReader(lines));
  }

  static String line(String id, String key, String type) {
    return "%s\torg_1\tkitchen_task\t%s\t%s\t{}\t{\"version\":1}\t2026-11-20 12:00:00Z\n"
        .formatted(id, key, type);
  }

  /** The ids of the rows of these numbers. */
  static List<String> ids(int from, int count) {
    return IntStream.range(from, from + count).mapToObj(Rows::id).toList();
  }

  private static String id(int number) {
    return "00000000-0000-7000-8000-%012d".formatted(number);
  }
}
