package dev.tailrace.console;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The replication slots that relays read, looked at over SQL.
 *
 * <p>Columns that came with a later Postgres are asked for by way of JSON, which has none where the
 * view has none.
 */
final class Slots {

  private static final String PLUGIN = "pgoutput";

  /** What a relay locks from its start until it reads; see PostgresSlot there. */
  private static final String CLAIM = "hashtextextended('cdc-relay ' || ?, 0)";

  private Slots() {}

  /** Those of this database whose names begin so; one of exactly that name whoever's it is. */
  static List<Slot> startingWith(Connection connection, String name) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select slot.slot_name, slot.database, current_database() as here, slot.plugin,
              slot.active_pid,
              coalesce(reader.backend_start, (slot.json ->> 'inactive_since')::timestamptz) as since,
              pg_wal_lsn_diff(
                case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end,
                slot.confirmed_flush_lsn)::bigint as lag,
              slot.wal_status, slot.safe_wal_size,
              slot.json ->> 'invalidation_reason' as invalidation,
              (slot.json ->> 'failover')::boolean as failover,
              (slot.json ->> 'synced')::boolean and not slot.temporary as synced
            from (select *, to_jsonb(s) as json from pg_replication_slots s) slot
            left join pg_stat_activity reader on reader.pid = slot.active_pid
            where starts_with(slot.slot_name::text, ?)
              and (slot.database = current_database() or slot.slot_name = ?)
            order by slot.slot_name""")) {
      select.setString(1, name);
      select.setString(2, name);
      var slots = new ArrayList<Slot>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          slots.add(slot(row));
        }
      }
      return slots;
    }
  }

  static Optional<Slot> find(Connection connection, String name) throws SQLException {
    return startingWith(connection, name).stream()
        .filter(slot -> slot.name().equals(name))
        .findFirst();
  }

  private static Slot slot(ResultSet row) throws SQLException {
    int pid = row.getInt("active_pid");
    OptionalInt reader = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(pid);
    return new Slot(
        row.getString("slot_name"),
        foreign(row),
        new Slot.Reader(
            reader, Optional.ofNullable(row.getTimestamp("since")).map(Timestamp::toInstant)),
        new Slot.Wal(
            number(row, "lag"),
            Optional.ofNullable(row.getString("wal_status")),
            number(row, "safe_wal_size"),
            Optional.ofNullable(row.getString("invalidation"))),
        new Slot.Copies(truth(row, "failover"), truth(row, "synced")));
  }

  private static Optional<String> foreign(ResultSet row) throws SQLException {
    String database = row.getString("database");
    if (database == null) {
      return Optional.of("a physical copy of the server");
    }
    if (!database.equals(row.getString("here"))) {
      return Optional.of("database " + database);
    }
    String plugin = row.getString("plugin");
    return PLUGIN.equals(plugin) ? Optional.empty() : Optional.of("a reader with plugin " + plugin);
  }

  private static OptionalLong number(ResultSet row, String column) throws SQLException {
    long number = row.getLong(column);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(number);
  }

  private static Optional<Boolean> truth(ResultSet row, String column) throws SQLException {
    boolean truth = row.getBoolean(column);
    return row.wasNull() ? Optional.empty() : Optional.of(truth);
  }

  /**
   * Since when a relay has said that it is about to read the slot. It says so from its start on,
   * and all the while that it sends rows from the table.
   */
  static Optional<Instant> claimedSince(Connection connection, String name) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select coalesce(holder.backend_start, now()) from pg_locks claim
            left join pg_stat_activity holder using (pid)
            where claim.locktype = 'advisory' and claim.granted and claim.objsubid = 1
              and claim.database = (select oid from pg_database where datname = current_database())
              and (claim.classid::bigint << 32 | claim.objid::bigint) = %s"""
                .formatted(CLAIM))) {
      select.setString(1, name);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(row.getTimestamp(1).toInstant()) : Optional.empty();
      }
    }
  }

  /** Keeps relays from starting until the transaction ends; waits for one that does. */
  static void claim(Connection connection, String name) throws SQLException {
    try (PreparedStatement lock =
        connection.prepareStatement("select pg_advisory_xact_lock(%s)".formatted(CLAIM))) {
      lock.setString(1, name);
      lock.execute();
    }
  }

  /** Where the WAL is now: behind everything that this connection has committed. */
  static String present(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select pg_current_wal_insert_lsn()")) {
      row.next();
      return row.getString(1);
    }
  }

  /** Whether all of these slots are there and confirmed up to a place in the WAL. */
  static boolean haveConfirmed(Connection connection, Collection<String> names, String lsn)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select count(*) from pg_replication_slots
            where slot_name = any (?) and database = current_database()
              and confirmed_flush_lsn >= ?::pg_lsn""")) {
      select.setArray(1, connection.createArrayOf("text", names.toArray()));
      select.setString(2, lsn);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getInt(1) == names.size();
      }
    }
  }
}
