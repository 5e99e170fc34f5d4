package dev.tailrace.relay;

import dev.tailrace.testkit.Seed;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Appends over twenty keys in transactions that overlap, commits them in another order than they
 * began in, rolls some back, and remembers the order of the commits.
 */
final class Load {

  private static final int KEYS = 20;
  private static final int OPEN = 4;

  private final Scenario scenario;
  private final Seed seed;
  private final Map<String, List<String>> committed = new HashMap<>();

  Load(Scenario scenario, Seed seed) {
    this.scenario = scenario;
    this.seed = seed;
  }

  private static final class Open implements AutoCloseable {
    private final Connection connection;
    private final List<Map.Entry<String, String>> rows = new ArrayList<>();

    Open(Connection connection) throws SQLException {
      this.connection = connection;
      connection.setAutoCommit(false);
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }
  }

  /** The ids of the events of each key, in the order of their commits. */
  Map<String, List<String>> committed() {
    return committed;
  }

  int run(int rows) throws SQLException {
    var open = new ArrayList<Open>();
    try {
      for (int i = 0; i < OPEN; i++) {
        open.add(new Open(scenario.database.connect()));
      }
      for (int i = 0; i < rows; i++) {
        Open one = seed.oneOf(open);
        String key = "task-" + seed.below(KEYS);
        one.rows.add(Map.entry(key, Scenario.append(one.connection, key).toString()));
        if (seed.oneIn(5)) {
          end(seed.oneOf(open));
        }
      }
      for (Open one : open) {
        end(one);
      }
      return committed.values().stream().mapToInt(List::size).sum();
    } finally {
      for (Open one : open) {
        one.close();
      }
    }
  }

  private void end(Open transaction) throws SQLException {
    if (seed.oneIn(10)) {
      transaction.connection.rollback();
    } else {
      transaction.connection.commit();
      for (var row : transaction.rows) {
        committed.computeIfAbsent(row.getKey(), _ -> new ArrayList<>()).add(row.getValue());
      }
    }
    transaction.rows.clear();
  }
}
