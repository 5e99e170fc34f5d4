package dev.tailrace.benchmarks;

import dev.tailrace.testkit.Await;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** A contestant's replication slot. */
record Slot(Stage stage, String name) {

  /** As of when migrations ran. */
  static final String PUBLICATION = "tailrace_relay";

  Slot make() throws SQLException {
    run("select pg_create_logical_replication_slot(?, 'pgoutput')");
    return this;
  }

  /** Whoever still reads it is cut off; without this the log is kept. */
  void drop() {
    Await.until(name + " is dropped", this::isDropped);
  }

  private boolean isDropped() {
    try {
      run("select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = ?");
      run(
          "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = ?");
      return true;
    } catch (SQLException stillRead) {
      return false;
    }
  }

  private void run(String sql) throws SQLException {
    try (Connection connection = stage.connect();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, name);
      statement.execute();
    }
  }
}
