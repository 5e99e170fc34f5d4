package dev.tailrace.consumers.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions of the journal's tables, a day each: made ahead, and dropped whole. */
final class JournalPartitions {

  private static final Logger log = LoggerFactory.getLogger(JournalPartitions.class);

  /** So that a night without housekeeping is nobody's worry. */
  private static final int DAYS_AHEAD = 7;

  private final JournalDays days;

  JournalPartitions(JournalDays days) {
    this.days = days;
  }

  /** Makes those of the days from yesterday on; answers how many. */
  int makeAhead(Connection connection) throws SQLException {
    LocalDate today = days.today();
    return make(connection, today.minusDays(1), today.plusDays(DAYS_AHEAD));
  }

  /** Makes what is missing of these days. */
  static int make(Connection connection, LocalDate from, LocalDate to) throws SQLException {
    try (PreparedStatement make =
        connection.prepareStatement("select journal_make_partitions(?, ?)")) {
      make.setObject(1, from);
      make.setObject(2, to);
      try (ResultSet row = make.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  /**
   * Drops what is over, each partition in a transaction of its own, and what lies in no partition.
   *
   * <p>A drop waits for readers of the table, and holds up those that come after it: so it does not
   * wait long, and what is not dropped now is dropped another time.
   *
   * @return how many partitions went
   */
  int dropOld(Connection connection) throws SQLException {
    List<String> old = before(connection, days.oldest());
    for (String partition : old) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("set local lock_timeout = '2s'");
        statement.execute("drop table if exists " + partition);
      }
      connection.commit();
      log.atInfo().addKeyValue("partition", partition).log("dropped a partition of the journal");
    }
    deleteOld(connection);
    return old.size();
  }

  private static List<String> before(Connection connection, LocalDate day) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select inhrelid::regclass::text from pg_inherits join pg_class on pg_class.oid = inhrelid
            where inhparent in ('event_journal'::regclass, 'effect_attempt'::regclass, 'effect'::regclass)
              and to_date(right(relname, 8), 'YYYYMMDD') < ?
            order by 1""")) {
      select.setObject(1, day);
      try (ResultSet row = select.executeQuery()) {
        var names = new ArrayList<String>();
        while (row.next()) {
          names.add(row.getString(1));
        }
        return names;
      }
    }
  }

  private void deleteOld(Connection connection) throws SQLException {
    for (String sql :
        List.of(
            "delete from dead_letter where settled_at < ?::date",
            "delete from journal_unreadable where recorded_at < ?::date")) {
      try (PreparedStatement delete = connection.prepareStatement(sql)) {
        delete.setObject(1, days.oldest());
        delete.executeUpdate();
      }
    }
  }
}
