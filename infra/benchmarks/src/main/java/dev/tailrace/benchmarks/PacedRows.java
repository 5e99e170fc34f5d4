package dev.tailrace.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/** Rows that are committed one by one at a fixed rate, each commit flushed. */
final class PacedRows {

  private static final int WRITERS = 4;

  private final Stage stage;
  private final Map<UUID, Long> committed = new ConcurrentHashMap<>();

  PacedRows(Stage stage) {
    this.stage = stage;
  }

  /** When each commit had been answered, by the row's id; nanoseconds. */
  Map<UUID, Long> committed() {
    return committed;
  }

  /** Returns when the time is over. */
  void write(int perSecond, Duration time) throws SQLException, InterruptedException {
    var pace = new Pace(System.nanoTime(), perSecond);
    long end = pace.begin() + time.toNanos();
    try (var writers = Executors.newFixedThreadPool(WRITERS)) {
      List<Future<?>> parts = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int first = i;
        parts.add(
            writers.submit(
                () -> {
                  write(pace, first, end);
                  return null;
                }));
      }
      for (Future<?> part : parts) {
        part.get();
      }
    } catch (ExecutionException e) {
      throw new SQLException("the paced rows could not be written", e.getCause());
    }
  }

  private void write(Pace pace, int first, long end) throws SQLException {
    try (Connection connection = stage.connect();
        PreparedStatement insert =
            connection.prepareStatement(
                """
                insert into outbox_event
                  (id, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at)
                values (?, 'org_bench', 'person', ?, ?, ?, '{"version": 1}', now())""")) {
      for (long number = first; pace.due(number) < end; number += WRITERS) {
        Pace.await(pace.due(number));
        var id = UUID.randomUUID();
        int aggregate = ThreadLocalRandom.current().nextInt(Payloads.AGGREGATES);
        insert.setObject(1, id);
        insert.setString(2, Payloads.aggregateId(aggregate));
        insert.setString(3, Kind.PACED.type().name());
        insert.setString(4, Payloads.of(aggregate));
        insert.execute();
        committed.put(id, System.nanoTime());
      }
    }
  }
}
