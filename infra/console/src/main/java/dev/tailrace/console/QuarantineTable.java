package dev.tailrace.console;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code relay_quarantine}, as an operator sees and settles it.
 *
 * <p>A relay works on it too: it opens a row again that Kafka refused again, and strikes one out
 * that Kafka took after all. So each row is settled by one statement, which says what it found.
 */
final class QuarantineTable {

  private static final String ROW =
      "event_id, slot, type, tenant_id, aggregate_id, reason, quarantined_at, settled_by, settled_at";

  private static final String MATCHING =
      """
      where starts_with(slot, ?) and (? or settled_at is null)
        and type = coalesce(?, type) and tenant_id = coalesce(?, tenant_id)
        and reason ilike coalesce('%' || ? || '%', '%')""";

  private QuarantineTable() {}

  /** How many rows wait for a person, and since when the first of them. */
  record Waiting(long rows, Optional<Instant> oldest) {}

  static Waiting waiting(Connection connection, String slot) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select count(*), min(quarantined_at) from relay_quarantine
            where settled_at is null and starts_with(slot, ?)""")) {
      select.setString(1, slot);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return new Waiting(
            row.getLong(1), Optional.ofNullable(row.getTimestamp(2)).map(Timestamp::toInstant));
      }
    }
  }

  /** How many match. */
  static long count(Connection connection, QuarantineFilter filter) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("select count(*) from relay_quarantine " + MATCHING)) {
      fill(select, filter);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** Those that match, the oldest transaction first. */
  static List<QuarantinedRow> list(Connection connection, QuarantineFilter filter, int limit)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "select %s from relay_quarantine %s order by row_created_at, event_id limit ?"
                .formatted(ROW, MATCHING))) {
      int last = fill(select, filter);
      select.setInt(last + 1, limit);
      return rows(select);
    }
  }

  /** The ids of all that match, in the same order: rows of one aggregate keep it. */
  static List<UUID> ids(Connection connection, QuarantineFilter filter) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "select event_id from relay_quarantine %s order by row_created_at, event_id"
                .formatted(MATCHING))) {
      fill(select, filter);
      var ids = new ArrayList<UUID>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.add(row.getObject(1, UUID.class));
        }
      }
      return ids;
    }
  }

  private static int fill(PreparedStatement select, QuarantineFilter filter) throws SQLException {
    select.setString(1, filter.slot());
    select.setBoolean(2, filter.withSettled());
    select.setString(3, filter.type().orElse(null));
    select.setString(4, filter.tenant().orElse(null));
    select.setString(5, filter.reason().orElse(null));
    return 5;
  }

  /** Which of these wait for a person. */
  static List<QuarantinedRow> open(Connection connection, Collection<UUID> ids)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select %s from relay_quarantine where event_id = any (?) and settled_at is null
            order by row_created_at, event_id"""
                .formatted(ROW))) {
      select.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
      return rows(select);
    }
  }

  private static List<QuarantinedRow> rows(PreparedStatement select) throws SQLException {
    var rows = new ArrayList<QuarantinedRow>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        rows.add(
            new QuarantinedRow(
                row.getObject("event_id", UUID.class),
                row.getString("slot"),
                new QuarantinedRow.Content(
                    row.getString("type"),
                    row.getString("tenant_id"),
                    row.getString("aggregate_id")),
                row.getString("reason"),
                row.getTimestamp("quarantined_at").toInstant(),
                settled(row)));
      }
    }
    return rows;
  }

  private static Optional<QuarantinedRow.Settled> settled(ResultSet row) throws SQLException {
    String by = row.getString("settled_by");
    return by == null
        ? Optional.empty()
        : Optional.of(new QuarantinedRow.Settled(by, row.getTimestamp("settled_at").toInstant()));
  }

  /**
   * Asks the relay for the row once more. The question is a logical message in the WAL, which
   * becomes the row's place in the commit order. It commits with the row's being settled: a relay
   * that has lost its slot, and reads the tables instead, finds either both or neither.
   *
   * <p>Every shard finds the question, and the one that has the row's tenant now answers it: that
   * is another than put the row into quarantine when their number was changed since.
   *
   * @param base how the names of the relay's slots begin
   */
  static Settling resend(Connection connection, UUID id, String base) throws SQLException {
    try (PreparedStatement settle =
        connection.prepareStatement(
            """
            with settled as (
              update relay_quarantine set settled_at = now(), settled_by = 'resend'
              where event_id = ? and settled_at is null and outbox_created_at(event_id) is not null
              returning event_id, slot, tenant_id)
            select pg_logical_emit_message(true, 'tailrace.resend', event_id::text),
              coalesce(present.slot_name, settled.slot) as slot
            from settled
            cross join (
              select coalesce(
                (select to_count from relay_cut_over where slot = ? order by id desc limit 1), 1) as shards) now
            left join pg_replication_slots present on starts_with(settled.slot, ?)
              and present.slot_name = outbox_shard_name(?, outbox_shard(tenant_id) % shards, shards)""")) {
      settle.setObject(1, id);
      settle.setString(2, base);
      settle.setString(3, base);
      settle.setString(4, base);
      return settle(settle, connection, id);
    }
  }

  /**
   * Leaves the row out of Kafka for good.
   *
   * @param why kept with the reason that it was refused for
   */
  static Settling discard(Connection connection, UUID id, String why) throws SQLException {
    try (PreparedStatement settle =
        connection.prepareStatement(
            """
            update relay_quarantine set settled_at = now(), settled_by = 'discard',
              reason = reason || E'\\ndiscarded: ' || ?
            where event_id = ? and settled_at is null
            returning slot""")) {
      settle.setString(1, why);
      settle.setObject(2, id);
      return settle(settle, connection, id);
    }
  }

  /** What kept a row from being settled may be over by the time that it is asked for. */
  private static Settling settle(PreparedStatement settle, Connection connection, UUID id)
      throws SQLException {
    Optional<Settling> obstacle;
    do {
      try (ResultSet row = settle.executeQuery()) {
        if (row.next()) {
          return new Settling.Done(row.getString("slot"));
        }
      }
      obstacle = obstacle(connection, id);
    } while (obstacle.isEmpty());
    return obstacle.get();
  }

  private static Optional<Settling> obstacle(Connection connection, UUID id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select settled_by, settled_at, outbox_created_at(event_id) is null as is_gone
            from relay_quarantine where event_id = ?""")) {
      select.setObject(1, id);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return Optional.of(new Settling.Absent());
        }
        Optional<QuarantinedRow.Settled> settled = settled(row);
        if (settled.isPresent()) {
          return Optional.of(new Settling.Before(settled.get()));
        }
        return row.getBoolean("is_gone")
            ? Optional.of(new Settling.WithoutRow())
            : Optional.empty();
      }
    }
  }
}
