package dev.tailrace.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Rows of the outbox that wait in the write-ahead log: one that stands before them, many in
 * transactions of one size, one that stands after them.
 */
final class Backlog {

  private static final int WRITERS = 4;

  private final Stage stage;

  Backlog(Stage stage) {
    this.stage = stage;
  }

  /** Makes what loading needs; once a stage. */
  void prepare() throws SQLException {
    stage.execute(
        "create unlogged table bench_payload (n integer primary key, key text, payload text)",
        """
        create procedure bench_append(kind text, first bigint, last bigint, size bigint)
        language plpgsql as $$
        begin
          while first <= last loop
            insert into outbox_event
                (id, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at)
              select uuidv7(), 'org_bench', 'person', key, kind, payload, '{"version": 1}', now()
              from generate_series(first, least(first + size - 1, last)) i
              join bench_payload on n = i % %d;
            commit;
            first := first + size;
          end loop;
        end $$"""
            .replace("%d", Integer.toString(Payloads.AGGREGATES)));
    try (Connection connection = stage.connect()) {
      connection.setAutoCommit(false);
      insertPayloads(connection);
      connection.commit();
    }
    stage.execute("analyze bench_payload");
  }

  private static void insertPayloads(Connection connection) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("insert into bench_payload values (?, ?, ?)")) {
      for (int i = 0; i < Payloads.AGGREGATES; i++) {
        insert.setInt(1, i);
        insert.setString(2, Payloads.aggregateId(i));
        insert.setString(3, Payloads.of(i));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** Empties the outbox: a relay without a slot would send what is there before it reads one. */
  void clear() throws SQLException {
    stage.execute("truncate outbox_event");
  }

  /** Writes so many rows in transactions of this size. */
  void load(long rows, int transactionRows) throws SQLException, InterruptedException {
    append(Kind.FIRST, 0, 0, 1);
    long part = (rows + WRITERS - 1) / WRITERS;
    try (var writers = Executors.newFixedThreadPool(WRITERS)) {
      List<Future<?>> parts = new ArrayList<>();
      for (long first = 0; first < rows; first += part) {
        long from = first;
        long to = Math.min(first + part, rows) - 1;
        parts.add(
            writers.submit(
                () -> {
                  append(Kind.BACKLOG, from, to, transactionRows);
                  return null;
                }));
      }
      for (Future<?> each : parts) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new SQLException("the backlog could not be written", e.getCause());
    }
    append(Kind.LAST, 0, 0, 1);
  }

  /** Not flushed one by one: how they were written is not what is measured. */
  private void append(Kind kind, long first, long last, int transactionRows) throws SQLException {
    try (Connection connection = stage.connect();
        Statement settings = connection.createStatement();
        PreparedStatement call =
            connection.prepareStatement("call bench_append(?, ?, ?, ?::bigint)")) {
      settings.execute("set synchronous_commit = off");
      call.setString(1, kind.type().name());
      call.setLong(2, first);
      call.setLong(3, last);
      call.setInt(4, transactionRows);
      call.execute();
    }
  }
}
