package dev.tailrace.relay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * What the quarantine has of one partition: a row there is the only copy until it is settled.
 *
 * @param open some are not settled
 * @param version another one whenever a row came, was settled, was refused again, or went
 */
record QuarantinedRows(boolean open, String version) {

  static QuarantinedRows of(Connection connection, OutboxPartition partition) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select coalesce(bool_or(settled_at is null), false),
              coalesce(md5(string_agg(event_id::text || xmin::text, ',' order by event_id)), '')
            from relay_quarantine
            where row_created_at >= ?::timestamptz and row_created_at < ?::timestamptz""")) {
      select.setString(1, partition.from());
      select.setString(2, partition.end());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return new QuarantinedRows(row.getBoolean(1), row.getString(2));
      }
    }
  }
}
