package dev.tailrace.relay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Optional;
import org.postgresql.replication.LogSequenceNumber;

/**
 * The relay's replication slot; the one place that makes it, drops it and looks at it.
 *
 * <p>Debezium would make a missing slot again without a word, and begin it at the present: so it is
 * looked at before each start of the engine.
 */
final class PostgresSlot {

  private static final String PLUGIN = "pgoutput";
  private static final int FAILOVER_SINCE = 17;

  private final Postgres postgres;
  private final String name;

  PostgresSlot(Postgres postgres, String name) {
    this.postgres = postgres;
    this.name = name;
  }

  /**
   * What was committed before the slot, readable through {@code set transaction snapshot} while
   * this is open; the slot has the rest.
   *
   * @param slotLsn where the slot begins
   */
  record ExportedSnapshot(String name, long slotLsn, Connection holder) implements AutoCloseable {

    @Override
    public void close() throws SQLException {
      holder.close();
    }
  }

  /**
   * Says that one relay is about to take the slot: from before it fences the others in Kafka until
   * it reads, while the slot itself can't show it. It only keeps two from fencing each other in
   * turn; when it is lost, they still agree, by the slot.
   */
  record Claim(Connection holder) implements AutoCloseable {

    @Override
    public void close() throws SQLException {
      holder.close();
    }
  }

  /** The claim, unless another relay has it. */
  Optional<Claim> claim() throws SQLException {
    Connection connection = postgres.connectPatiently();
    try {
      if (tryLock(connection)) {
        return Optional.of(new Claim(connection));
      }
      connection.close();
      return Optional.empty();
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Keepalives, so that a claim doesn't outlive its machine by hours. */
  private boolean tryLock(Connection connection) throws SQLException {
    try (Statement settings = connection.createStatement();
        PreparedStatement lock =
            connection.prepareStatement(
                "select pg_try_advisory_lock(hashtextextended('cdc-relay ' || ?, 0))")) {
      settings.execute("set tcp_keepalives_idle = 10");
      settings.execute("set tcp_keepalives_interval = 5");
      settings.execute("set tcp_keepalives_count = 3");
      lock.setString(1, name);
      try (ResultSet row = lock.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  SlotState look() throws SQLException {
    try (Connection connection = postgres.connect();
        PreparedStatement select =
            connection.prepareStatement(
                """
                select active_pid, plugin, database, current_database() as here, wal_status,
                  (confirmed_flush_lsn - '0/0')::bigint as confirmed,
                  to_jsonb(slot) ->> 'invalidation_reason' as invalidation
                from pg_replication_slots slot where slot_name = ?""")) {
      select.setString(1, name);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? state(row) : new SlotState.Missing();
      }
    }
  }

  private static SlotState state(ResultSet row) throws SQLException {
    String database = row.getString("database");
    if (database == null) {
      return new SlotState.Foreign("a physical copy of the server");
    }
    if (!database.equals(row.getString("here"))) {
      return new SlotState.Foreign("database " + database);
    }
    String plugin = row.getString("plugin");
    if (!PLUGIN.equals(plugin)) {
      return new SlotState.Foreign("a reader with plugin " + plugin);
    }
    String invalidation = row.getString("invalidation");
    if (invalidation != null || "lost".equals(row.getString("wal_status"))) {
      return new SlotState.Unusable("Postgres has invalidated it, " + invalidation);
    }
    int pid = row.getInt("active_pid");
    return row.wasNull() ? new SlotState.Free(row.getLong("confirmed")) : new SlotState.Taken(pid);
  }

  /** Makes the slot. Waits for every transaction that is open now. */
  ExportedSnapshot create() throws SQLException {
    Connection connection = postgres.connectForReplication();
    try (Statement statement = connection.createStatement();
        ResultSet made =
            statement.executeQuery(
                "CREATE_REPLICATION_SLOT %s LOGICAL %s (SNAPSHOT 'export'%s)"
                    .formatted(name, PLUGIN, failover(connection)))) {
      made.next();
      return new ExportedSnapshot(
          made.getString("snapshot_name"),
          LogSequenceNumber.valueOf(made.getString("consistent_point")).asLong(),
          connection);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Copies of the server that synchronise slots take this one along, so that it survives them. */
  private static String failover(Connection connection) throws SQLException {
    return connection.getMetaData().getDatabaseMajorVersion() >= FAILOVER_SINCE ? ", FAILOVER" : "";
  }

  /** Drops the slot if it is one of this relay's; one of another is left alone. */
  void drop() throws SQLException {
    try (Connection connection = postgres.connect();
        PreparedStatement drop =
            connection.prepareStatement(
                """
                select pg_drop_replication_slot(slot_name) from pg_replication_slots
                where slot_name = ? and database = current_database() and plugin = ?""")) {
      drop.setString(1, name);
      drop.setString(2, PLUGIN);
      drop.execute();
    }
  }

  /** The clock of Postgres. */
  Instant now() throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select clock_timestamp()")) {
      row.next();
      return row.getTimestamp(1).toInstant();
    }
  }

  /** How it is; empty without one. */
  Optional<SlotReport> report() throws SQLException {
    try (Connection connection = postgres.connect();
        PreparedStatement select =
            connection.prepareStatement(
                """
                select active, (pg_current_wal_lsn() - '0/0')::bigint as written,
                  (confirmed_flush_lsn - '0/0')::bigint as confirmed,
                  coalesce(pg_current_wal_lsn() - restart_lsn, 0)::bigint as retained,
                  coalesce(wal_status, 'lost') as wal_status
                from pg_replication_slots
                where slot_name = ? and database = current_database()""")) {
      select.setString(1, name);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                new SlotReport(
                    row.getBoolean("active"),
                    row.getLong("written"),
                    row.getLong("confirmed"),
                    row.getLong("retained"),
                    row.getString("wal_status")))
            : Optional.empty();
      }
    }
  }
}
