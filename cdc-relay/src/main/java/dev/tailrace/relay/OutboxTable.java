package dev.tailrace.relay;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** The table behind the slot: what the slot will not send, and its partitions. */
final class OutboxTable {

  /** A Kafka transaction each: so many rows, or so many bytes and the row that goes beyond. */
  private static final int CHUNK_ROWS = 2_000;

  private static final long CHUNK_BYTES = 4 << 20;

  private static final int FETCHED_ROWS = 200;

  /** Clocks are set back now and then, and a commit's time is taken shortly before its place. */
  private static final Duration COMMIT_SLACK = Duration.ofMinutes(5);

  /** Without commit times there is the begin of a transaction; none should take longer. */
  private static final Duration BEGIN_SLACK = Duration.ofDays(1);

  private static final String ROW =
      "id, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at";

  private final Postgres postgres;
  private final String publication;
  private final Shard shard;

  OutboxTable(Postgres postgres, RelayConfig.Slot slot) {
    this.postgres = postgres;
    this.publication = slot.publication();
    this.shard = slot.shard();
  }

  /**
   * From when rows may not be in Kafka; those from before are, for certain.
   *
   * @param byBegin by the begin of their transactions, even where the times of their commits are
   *     known
   */
  record Since(Optional<Instant> time, boolean byBegin) {}

  /** Takes rows, in order; called until there are no more. */
  @FunctionalInterface
  interface Chunks {
    void take(List<OutboxRow> rows) throws SQLException, InterruptedException;
  }

  /** Tells the ids of the events that are in Kafka, from some time on. */
  @FunctionalInterface
  interface Relayed {
    void tell(Optional<Instant> since, KafkaRelayed.Ids ids)
        throws SQLException, IOException, InterruptedException;
  }

  /**
   * Reads every row of the snapshot that is not in Kafka, in the order of their commits; where
   * {@code track_commit_timestamp} was off, in that of the begin of their transactions. Rows in
   * quarantine are left there.
   */
  void readUnsent(
      PostgresSlot.ExportedSnapshot snapshot, Since since, Relayed relayed, Chunks chunks)
      throws SQLException, IOException, InterruptedException {
    try (Connection connection = postgres.connectPatiently()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      try (Statement statement = connection.createStatement()) {
        statement.execute("set transaction snapshot '" + snapshot.name() + "'");
        boolean hasCommitTimes = hasCommitTimes(statement);
        boolean byBegin = since.byBegin() || !hasCommitTimes;
        Optional<Instant> from =
            since.time().map(it -> it.minus(byBegin ? BEGIN_SLACK : COMMIT_SLACK));
        statement.execute("create temporary table relayed (id uuid) on commit drop");
        try (var ids = new IdCopy(connection)) {
          relayed.tell(from, ids);
        }
        statement.execute("analyze relayed");
        String committedAt =
            hasCommitTimes
                ? "coalesce(pg_xact_commit_timestamp(o.xmin), o.created_at)"
                : "o.created_at";
        unsent(connection, committedAt, byBegin ? "o.created_at" : committedAt, from, chunks);
      }
    }
  }

  private static boolean hasCommitTimes(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("show track_commit_timestamp")) {
      return row.next() && row.getString(1).equals("on");
    }
  }

  /**
   * A row that was asked for again out of quarantine counts, here and for whoever reads it back
   * from Kafka, from when that was. Within a transaction by their ids, where these rise with time,
   * as those of all doors do; else by the number of the command, and by where they lie. Commands
   * count on through savepoints, behind which rows have another xid, but Postgres forgets them in a
   * crash; and the place rises unless the table had room further ahead.
   */
  private void unsent(
      Connection connection,
      String committedAt,
      String comparedWith,
      Optional<Instant> from,
      Chunks chunks)
      throws SQLException, InterruptedException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select %s, o.sent_at from (
              select o.*, greatest(%s, q.settled_at) as sent_at, greatest(%s, q.settled_at) as since,
                o.cmin::text::bigint as command, o.ctid as place,
                case when substr(o.id::text, 15, 1) = '7' then o.id end as rising
              from outbox_event o left join relay_quarantine q on q.event_id = o.id
              where o.shard %% ? = ? and (q.event_id is null or q.settled_by = 'resend')) o
            where o.since >= ? and not exists (select from relayed r where r.id = o.id)
            order by o.sent_at, o.created_at, o.rising, o.command, o.place\
            """
                .formatted(ROW.replaceAll("(\\w+)", "o.$1"), committedAt, comparedWith))) {
      select.setFetchSize(FETCHED_ROWS);
      select.setInt(1, shard.count());
      select.setInt(2, shard.index());
      select.setTimestamp(3, Timestamp.from(from.orElse(Instant.EPOCH)));
      try (ResultSet rows = select.executeQuery()) {
        chunk(rows, chunks);
      }
    }
  }

  private static void chunk(ResultSet rows, Chunks chunks)
      throws SQLException, InterruptedException {
    var chunk = new ArrayList<OutboxRow>(CHUNK_ROWS);
    long bytes = 0;
    while (rows.next()) {
      OutboxRow row = row(rows, rows.getTimestamp("sent_at").toInstant());
      chunk.add(row);
      bytes += row.textBytes();
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

  private static OutboxRow row(ResultSet row, Instant committedAt) throws SQLException {
    return new OutboxRow(
        row.getObject("id", UUID.class),
        row.getString("tenant_id"),
        row.getString("aggregate_type"),
        row.getString("aggregate_id"),
        row.getString("type"),
        row.getString("payload"),
        row.getString("headers"),
        row.getTimestamp("occurred_at").toInstant(),
        committedAt);
  }

  /**
   * A row of this shard that was asked for again; empty when it is not there, or has found its way
   * meanwhile and is not in quarantine any more.
   *
   * @param committedAt of the transaction that it is sent with
   */
  Optional<OutboxRow> findAskedFor(UUID id, Instant committedAt) throws SQLException {
    try (Connection connection = postgres.connect();
        PreparedStatement select =
            connection.prepareStatement(
                """
                select %s from outbox_event
                where id = ? and created_at = outbox_created_at(?) and shard %% ? = ?
                  and exists (select from relay_quarantine where event_id = id and settled_by = 'resend')"""
                    .formatted(ROW))) {
      select.setObject(1, id);
      select.setObject(2, id);
      select.setInt(3, shard.count());
      select.setInt(4, shard.index());
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(row(row, committedAt)) : Optional.empty();
      }
    }
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

  /** Puts ids into the table for them. */
  private static final class IdCopy implements KafkaRelayed.Ids, AutoCloseable {
    private final CopyIn copy;

    IdCopy(Connection connection) throws SQLException {
      copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy relayed from stdin");
    }

    @Override
    public void take(UUID id) throws SQLException {
      byte[] line = (id + "\n").getBytes(StandardCharsets.US_ASCII);
      copy.writeToCopy(line, 0, line.length);
    }

    @Override
    public void close() throws SQLException {
      copy.endCopy();
    }
  }
}
