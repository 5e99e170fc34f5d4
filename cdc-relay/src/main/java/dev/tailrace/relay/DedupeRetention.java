package dev.tailrace.relay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Deletes old dedupe keys, some rows a statement, so that none is long and none holds many locks.
 *
 * @param chunkRows the most rows a statement deletes
 * @param chunks the most statements of one run; the rest is left to the next
 */
record DedupeRetention(int chunkRows, int chunks) {

  /** In all ten million a run. */
  static final DedupeRetention DEFAULT = new DedupeRetention(5_000, 2_000);

  /**
   * Each statement begins where the one before it ended: the rows that are gone stay in the index
   * until it is vacuumed, and would be passed again and again.
   *
   * @return how many rows it deleted
   */
  long deleteBefore(Connection connection, Instant time) throws SQLException {
    long deleted = 0;
    OffsetDateTime from = OffsetDateTime.MIN;
    readInOrder(connection);
    try (PreparedStatement delete =
        connection.prepareStatement(
            """
            with gone as (
              delete from outbox_dedupe where ctid = any (array(
                select ctid from outbox_dedupe where created_at >= ? and created_at < ?
                order by created_at limit ?))
              returning created_at)
            select count(*), max(created_at) from gone""")) {
      delete.setObject(2, time.atOffset(ZoneOffset.UTC));
      delete.setInt(3, chunkRows);
      for (int i = 0; i < chunks && !Thread.currentThread().isInterrupted(); i++) {
        delete.setObject(1, from);
        try (ResultSet row = delete.executeQuery()) {
          row.next();
          deleted += row.getLong(1);
          Optional<OffsetDateTime> last =
              Optional.ofNullable(row.getObject(2, OffsetDateTime.class));
          if (last.isEmpty() || row.getLong(1) < chunkRows) {
            return deleted;
          }
          from = last.get();
        }
      }
    }
    return deleted;
  }

  /**
   * Where nobody has analyzed the table Postgres takes the old rows for few, and would read all of
   * them for each statement, to sort them.
   */
  private static void readInOrder(Connection connection) throws SQLException {
    try (Statement settings = connection.createStatement()) {
      settings.execute("set enable_seqscan = off");
      settings.execute("set enable_bitmapscan = off");
      settings.execute("set enable_sort = off");
    }
  }
}
