package dev.tailrace.ingest;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * The two ways in which a procedure asks its transaction: a change, and the first row of a query.
 *
 * <p>Values fill the question marks in their order; an empty {@code Optional} is null. Exceptions
 * are JDBC's own: a transaction that lost a race is known by their state, and run again.
 */
final class Statements {

  private Statements() {}

  /** Reads one row. */
  @FunctionalInterface
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Answers how many rows it changed. */
  static int change(Connection connection, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      fill(statement, values);
      return statement.executeUpdate();
    }
  }

  static <T> Optional<T> first(
      Connection connection, String sql, RowReader<T> reader, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      fill(statement, values);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(reader.read(row)) : Optional.empty();
      }
    }
  }

  static boolean exists(Connection connection, String sql, Object... values) throws SQLException {
    return first(connection, sql, _ -> true, values).isPresent();
  }

  private static void fill(PreparedStatement statement, Object[] values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      fill(statement, i + 1, values[i]);
    }
  }

  private static void fill(PreparedStatement statement, int index, Object value)
      throws SQLException {
    switch (value) {
      case Optional<?> optional when optional.isPresent() -> fill(statement, index, optional.get());
      case Optional<?> _ -> statement.setNull(index, Types.NULL);
      case Instant instant -> statement.setObject(index, instant.atOffset(ZoneOffset.UTC));
      default -> statement.setObject(index, value);
    }
  }
}
