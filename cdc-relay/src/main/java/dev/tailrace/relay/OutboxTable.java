package dev.tailrace.relay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The table behind the slot: what it held before there was one, and its partitions. */
final class OutboxTable {

  /** A Kafka transaction each: so many rows, or so many bytes and the row that goes beyond. */
  private static final int CHUNK_ROWS = 500;

  private static final long CHUNK_BYTES = 4 << 20;

  private static final int FETCHED_ROWS = 50;

  private final Postgres postgres;
  private final String publication;

  OutboxTable(Postgres postgres, String publication) {
    this.postgres = postgres;
    this.publication = publication;
  }

  /** Takes rows, in order; called until there are no more. */
  @FunctionalInterface
  interface Chunks {
    void take(List<OutboxRow> rows) throws InterruptedException;
  }

  /** Reads every row that is in the snapshot, ordered by the start of its transaction. */
  void read(PostgresSlot.ExportedSnapshot snapshot, Chunks chunks)
      throws SQLException, InterruptedException {
    try (Connection connection = postgres.connectPatiently()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setReadOnly(true);
      try (Statement statement = connection.createStatement()) {
        statement.execute("set transaction snapshot '" + snapshot.name() + "'");
        statement.setFetchSize(FETCHED_ROWS);
        try (ResultSet rows =
            statement.executeQuery(
                """
                select id, tenant_id, aggregate_type, aggregate_id, type, payload, headers,
                  occurred_at, created_at
                from outbox_event order by created_at, id""")) {
          chunk(rows, chunks);
        }
      }
    }
  }

  private static void chunk(ResultSet rows, Chunks chunks)
      throws SQLException, InterruptedException {
    var chunk = new ArrayList<OutboxRow>(CHUNK_ROWS);
    long bytes = 0;
    while (rows.next()) {
      OutboxRow row = row(rows);
      chunk.add(row);
      bytes += (long) row.payload().length() + row.headers().length(); // nearly all is ASCII
      if (chunk.size() == CHUNK_ROWS || bytes >= CHUNK_BYTES) {
        chunks.take(chunk);
        chunk.clear();
        bytes = 0;
      }
    }
    if (!chunk.isEmpty()) {
      chunks.take(chunk);
    }
  }

  private static OutboxRow row(ResultSet row) throws SQLException {
    return new OutboxRow(
        row.getObject("id", UUID.class),
        row.getString("tenant_id"),
        row.getString("aggregate_type"),
        row.getString("aggregate_id"),
        row.getString("type"),
        row.getString("payload"),
        row.getString("headers"),
        row.getObject("occurred_at", Timestamp.class).toInstant(),
        row.getObject("created_at", Timestamp.class).toInstant());
  }

  /**
   * Whether the migrations have made what the slot will be read through. It must be there first:
   * rows from before a publication can't be decoded with it.
   */
  boolean isPublished() throws SQLException {
    try (Connection connection = postgres.connect();
        PreparedStatement select =
            connection.prepareStatement("select 1 from pg_publication where pubname = ?")) {
      select.setString(1, publication);
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  /** Makes the partitions of the days ahead; answers how many. */
  int makePartitions() throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select outbox_make_partitions()")) {
      row.next();
      return row.getInt(1);
    }
  }
}
