package dev.tailrace.console;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Which server of Postgres it is that writes, as the relay knows it from {@code IDENTIFY_SYSTEM}.
 *
 * <p>The timeline is that which is being written. {@code pg_control_checkpoint()} tells that of the
 * last checkpoint instead, which is the former one for a while after a promotion.
 *
 * @param systemIdentifier the same in every copy of the server
 * @param timeline another after each promotion
 */
record ServerIdentity(String systemIdentifier, int timeline) {

  /**
   * Asks it.
   *
   * @throws CannotException when it is a standby, which writes nothing
   */
  static ServerIdentity look(Connection connection) throws SQLException {
    if (isStandby(connection)) {
      throw new CannotException(
          "This server is a standby, and a relay reads a primary. Ask that, or promote this one"
              + " first.");
    }
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                select system_identifier,
                  ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer
                from pg_control_system()""")) {
      row.next();
      return new ServerIdentity(Long.toUnsignedString(row.getLong(1)), row.getInt(2));
    }
  }

  static boolean isStandby(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select pg_is_in_recovery()")) {
      return row.next() && row.getBoolean(1);
    }
  }

  /** For a sentence. */
  @Override
  public String toString() {
    return "system " + systemIdentifier + " on timeline " + timeline;
  }
}
