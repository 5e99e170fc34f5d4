package dev.tailrace.relay;

import dev.tailrace.testkit.Seed;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Several writers that append at the same time until they are told to stop, each over keys of its
 * own, so that the order of the commits of a key is known.
 *
 * <p>A transaction has one to twelve rows; one in ten is held open for a while, one in ten is
 * rolled back, and some rows stand behind a savepoint, of which some are rolled back alone. Where
 * Postgres goes away in the middle of a commit it is not known whether that happened: such rows
 * stand in their order, and the table tells which of them there are.
 */
final class Writers implements AutoCloseable {

  private static final int WRITERS = 4;
  private static final int KEYS = 3;
  private static final int ROWS = 12;
  private static final Duration PAUSE = Duration.ofMillis(8);
  private static final Duration LONG = Duration.ofMillis(600);

  private final Scenario scenario;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Map<String, List<String>> written = new ConcurrentHashMap<>();
  private final List<Thread> threads;

  private Writers(Scenario scenario, List<Seed> seeds) {
    this.scenario = scenario;
    this.threads =
        IntStream.range(0, WRITERS)
            .mapToObj(i -> Thread.ofPlatform().unstarted(() -> write(i, seeds.get(i))))
            .toList();
  }

  static Writers start(Scenario scenario, Seed seed) {
    var writers = new Writers(scenario, seed.list(WRITERS, seed::split));
    writers.threads.forEach(Thread::start);
    return writers;
  }

  /** The ids of the events of each key in the order of their commits, once they have stopped. */
  Map<String, List<String>> written() {
    return new TreeMap<>(written);
  }

  private void write(int writer, Seed seed) {
    while (stop.getCount() > 0) {
      try (Connection connection = scenario.database.connect()) {
        connection.setAutoCommit(false);
        while (!stopsWithin(PAUSE)) {
          transaction(connection, writer, seed);
        }
      } catch (SQLException e) {
        var _ = stopsWithin(PAUSE.multipliedBy(10)); // Postgres is away
      }
    }
  }

  private void transaction(Connection connection, int writer, Seed seed) throws SQLException {
    var rows = new ArrayList<Map.Entry<String, String>>();
    int planned = seed.between(1, ROWS);
    for (int i = 0; i < planned; i++) {
      String key = "task-%d-%d".formatted(writer, seed.below(KEYS));
      if (!seed.oneIn(4)) {
        rows.add(Map.entry(key, Scenario.append(connection, key).toString()));
        continue;
      }
      var savepoint = connection.setSavepoint();
      String id = Scenario.append(connection, key).toString();
      if (seed.oneIn(3)) {
        connection.rollback(savepoint);
      } else {
        connection.releaseSavepoint(savepoint);
        rows.add(Map.entry(key, id));
      }
    }
    if (seed.oneIn(10)) {
      var _ = stopsWithin(LONG);
    }
    if (seed.oneIn(10)) {
      connection.rollback();
      return;
    }
    for (var row : rows) {
      written.computeIfAbsent(row.getKey(), _ -> new ArrayList<>()).add(row.getValue());
    }
    connection.commit();
  }

  private boolean stopsWithin(Duration pause) {
    try {
      return stop.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns when the transactions under way have ended. */
  @Override
  public void close() {
    stop.countDown();
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
