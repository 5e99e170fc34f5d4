package dev.tailrace.testkit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The few ways a test asks a database: one statement, in a transaction of its own.
 *
 * <p>Arguments fill the question marks in order; an {@link Instant} becomes a timestamptz, a {@code
 * String[]} an array of text.
 */
public record Sql(DataSource source) {

  /** The number in the first column of the first row, such as a count. */
  public long count(String sql, @Nullable Object... arguments) {
    return read(sql, arguments, row -> row.getLong(1)).getFirst();
  }

  /** The first column of every row. */
  public List<String> strings(String sql, @Nullable Object... arguments) {
    return read(sql, arguments, row -> row.getString(1));
  }

  /** Every row, by column name in the order of the columns. */
  public List<Map<String, @Nullable Object>> rows(String sql, @Nullable Object... arguments) {
    return read(sql, arguments, Sql::named);
  }

  /** Runs a statement of any kind and returns the number of rows it changed. */
  public int execute(String sql, @Nullable Object... arguments) {
    return with(sql, arguments, statement -> statement.execute() ? 0 : statement.getUpdateCount());
  }

  private <T> List<T> read(String sql, @Nullable Object[] arguments, Reading<ResultSet, T> each) {
    return with(
        sql,
        arguments,
        statement -> {
          var all = new ArrayList<T>();
          try (var row = statement.executeQuery()) {
            while (row.next()) {
              all.add(each.read(row));
            }
          }
          return all;
        });
  }

  private <T> T with(
      String sql, @Nullable Object[] arguments, Reading<PreparedStatement, T> reading) {
    try (Connection connection = source.getConnection();
        var statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < arguments.length; i++) {
        statement.setObject(i + 1, forJdbc(connection, arguments[i]));
      }
      return reading.read(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage() + " in: " + sql, e);
    }
  }

  private static @Nullable Object forJdbc(Connection connection, @Nullable Object argument)
      throws SQLException {
    return switch (argument) {
      case Instant instant -> instant.atOffset(ZoneOffset.UTC);
      case String[] texts -> connection.createArrayOf("text", texts);
      case null, default -> argument;
    };
  }

  private static Map<String, @Nullable Object> named(ResultSet row) throws SQLException {
    var columns = row.getMetaData();
    var values = new LinkedHashMap<String, @Nullable Object>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      values.put(columns.getColumnLabel(i), row.getObject(i));
    }
    return values;
  }

  @FunctionalInterface
  private interface Reading<S, T> {
    T read(S source) throws SQLException;
  }
}
