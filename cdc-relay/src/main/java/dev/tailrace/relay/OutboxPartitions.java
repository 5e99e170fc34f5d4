package dev.tailrace.relay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * The outbox's partitions of the past, and how one is dropped without holding up an append.
 *
 * <p>A partition that is dropped in place locks the whole outbox, and so does one that is detached
 * in the plain way. So it is detached concurrently, which takes steps: it is marked (a comment on
 * the table), detached, and dropped. Between any two of them a lock may not be got, or the process
 * may end; the next time goes on from there, and by the mark it knows its own work from a table
 * that a person has detached to keep it.
 */
record OutboxPartitions(Connection connection) {

  private static final String MARK = "tailrace retention: every slot has passed it, to be dropped";

  /**
   * Those that end before the time given, oldest first. One that the server's own clock has not
   * passed is never among them: rows may still come.
   */
  List<OutboxPartition> endedBy(Instant time) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            with bound as (
              select inhrelid::regclass::text as name,
                pg_get_expr(relpartbound, inhrelid) as bound
              from pg_inherits join pg_class on pg_class.oid = inhrelid
              where inhparent = 'outbox_event'::regclass and not inhdetachpending),
            partition as (
              select name,
                coalesce(substring(bound from $$FROM \\('([^']+)'\\)$$), '-infinity') as from_time,
                substring(bound from $$TO \\('([^']+)'\\)$$) as end_time
              from bound)
            select name, from_time, end_time from partition
            where end_time::timestamptz <= least(?, clock_timestamp())
            order by end_time::timestamptz""")) {
      select.setObject(1, time.atOffset(ZoneOffset.UTC));
      try (ResultSet row = select.executeQuery()) {
        var ended = new ArrayList<OutboxPartition>();
        while (row.next()) {
          ended.add(new OutboxPartition(row.getString(1), row.getString(2), row.getString(3)));
        }
        return ended;
      }
    }
  }

  /** Those whose drop was begun and did not come to its end. */
  List<String> begun() throws SQLException {
    List<String> begun = new ArrayList<>(pending());
    begun.addAll(detached());
    return begun;
  }

  /** Ends the drop of one that {@link #begun} names. */
  void goOn(String name) throws SQLException {
    if (pending().contains(name)) {
      execute("alter table outbox_event detach partition " + name + " finalize");
    }
    execute("drop table " + name);
  }

  /** Drops one; the caller has made sure that nobody needs it any more. */
  void drop(OutboxPartition partition) throws SQLException {
    execute("comment on table " + partition.name() + " is '" + MARK + "'");
    execute("alter table outbox_event detach partition " + partition.name() + " concurrently");
    execute("drop table " + partition.name());
  }

  /**
   * Takes the mark from partitions whose detaching did not begin: what keeps them may have come
   * since, and a person who detaches one now means to have it.
   */
  void takeMarksBack() throws SQLException {
    for (String name : marked()) {
      execute("comment on table " + name + " is null");
    }
  }

  private List<String> marked() throws SQLException {
    return names(
        """
        select inhrelid::regclass::text from pg_inherits
        where inhparent = 'outbox_event'::regclass and not inhdetachpending
          and obj_description(inhrelid, 'pg_class') = ?""");
  }

  private List<String> pending() throws SQLException {
    return names(
        """
        select inhrelid::regclass::text from pg_inherits
        where inhparent = 'outbox_event'::regclass and inhdetachpending
          and obj_description(inhrelid, 'pg_class') = ?""");
  }

  private List<String> detached() throws SQLException {
    return names(
        """
        select oid::regclass::text from pg_class
        where relkind = 'r' and not relispartition
          and relnamespace
            = (select relnamespace from pg_class where oid = 'outbox_event'::regclass)
          and obj_description(oid, 'pg_class') = ?""");
  }

  private List<String> names(String sql) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, MARK);
      try (ResultSet row = select.executeQuery()) {
        var names = new ArrayList<String>();
        while (row.next()) {
          names.add(row.getString(1));
        }
        return names;
      }
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
