package dev.tailrace.relay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * Whether rows can still come into a partition of the past: {@code created_at} is when a
 * transaction began, and it may commit days later.
 */
record LateCommits(Connection connection) {

  /**
   * What may still commit a row from before the time given; nothing when all of that is in the
   * write-ahead log. What can't be seen counts as open.
   *
   * <p>Sessions are looked at before prepared transactions: one that is prepared meanwhile is seen
   * in one of the two. Of a prepared transaction only the end of its work is known, not when it
   * began: so each counts.
   */
  Optional<String> before(String time) throws SQLException {
    if (!seesAll()) {
      return Optional.of(
          "the relay's role can't see the transactions of others: grant it pg_read_all_stats");
    }
    Optional<String> session = session(time);
    return session.isPresent() ? session : prepared();
  }

  /** Without the right a session of another role shows no begin, though it has one. */
  private boolean seesAll() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select pg_has_role(current_user, 'pg_read_all_stats', 'usage')")) {
      return row.next() && row.getBoolean(1);
    }
  }

  /**
   * A session that reads a slot shows the begin of its reading as that of a transaction, and can't
   * write. One that is not tracked ({@code track_activities} off) does not show what it does.
   */
  private Optional<String> session(String time) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select pid, state = 'disabled' from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
              and (xact_start < ?::timestamptz or state = 'disabled')
              and pid not in
                (select active_pid from pg_replication_slots where active_pid is not null)
            order by xact_start limit 1""")) {
      select.setString(1, time);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                "process %d of Postgres %s"
                    .formatted(
                        row.getInt(1),
                        row.getBoolean(2)
                            ? "does not show its transactions (track_activities is off)"
                            : "has a transaction open that began before its end"))
            : Optional.empty();
      }
    }
  }

  private Optional<String> prepared() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                select gid from pg_prepared_xacts where database = current_database()
                order by prepared limit 1""")) {
      return row.next()
          ? Optional.of("transaction '" + row.getString(1) + "' is prepared, and may be older")
          : Optional.empty();
    }
  }
}
