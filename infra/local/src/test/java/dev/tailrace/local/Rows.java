package dev.tailrace.local;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The database of what runs, as a test looks into it. */
record Rows(Whereabouts at) {

  /** The first column of the first row; empty when there is none. */
  String first(String query, String... values) throws SQLException {
    List<String> all = all(query, values);
    return all.isEmpty() ? "" : all.getFirst();
  }

  /** The first column of every row. */
  List<String> all(String query, String... values) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement select = prepare(connection, query, values);
        ResultSet row = select.executeQuery()) {
      var all = new ArrayList<String>();
      while (row.next()) {
        all.add(String.valueOf(row.getString(1)));
      }
      return all;
    }
  }

  void change(String statement, String... values) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement change = prepare(connection, statement, values)) {
      change.executeUpdate();
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(at.databaseUrl(), at.databaseUser(), "");
  }

  private static PreparedStatement prepare(Connection connection, String sql, String... values)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setString(i + 1, values[i]);
    }
    return statement;
  }
}
