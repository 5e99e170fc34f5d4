package dev.tailrace.consumers.journal;

import dev.tailrace.consumers.journal.Batch.Partition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes batches into the journal's tables, each with how far the topics are read then, in one
 * transaction.
 *
 * <p>On one connection for as long as it lasts. That holds the lock without which nobody writes: a
 * journal that has lost its lock has lost its connection, so that it can't commit any more, and two
 * never write at once. Commits don't wait for the disk: what a crash takes is read again, because
 * the offsets went with it.
 *
 * <p>Rows go through temporary tables, since COPY knows no {@code on conflict}. For one thread at a
 * time.
 */
final class JournalTables {

  private static final Logger log = LoggerFactory.getLogger(JournalTables.class);

  /** What a row is refused for, whenever it comes: its data, a limit of Postgres, a constraint. */
  private static final Set<String> FAULTS_OF_A_ROW = Set.of("22", "23", "54");

  private static final int OFFSET_COLUMNS = 3;

  private final Connection connection;
  private final JournalMeters meters;
  private final Set<LocalDate> made = new HashSet<>();
  private long generation;

  JournalTables(Connection connection, JournalMeters meters) {
    this.connection = connection;
    this.meters = meters;
  }

  /** Somebody has emptied the tables: what is to be read has changed. */
  static final class RebuildException extends Exception {

    private static final long serialVersionUID = 1L;

    RebuildException() {
      super("the journal is to be built again");
    }
  }

  /** Whether nobody else writes, and nobody will for as long as the connection lasts. */
  boolean isAlone() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select pg_try_advisory_lock(hashtextextended('tailrace journal', 0))")) {
      row.next();
      boolean alone = row.getBoolean(1);
      connection.commit();
      return alone;
    }
  }

  /**
   * Sets the connection up.
   *
   * @return where each partition is to be read on from
   */
  Map<Partition, Long> begin() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : JournalSql.SESSION) {
        statement.execute(sql);
      }
      for (String sql : JournalSql.STAGES) {
        statement.execute(sql);
      }
      try (ResultSet row = statement.executeQuery("select generation from journal_state")) {
        row.next();
        generation = row.getLong(1);
      }
      var offsets = new HashMap<Partition, Long>();
      try (ResultSet row =
          statement.executeQuery(
              "select topic, topic_partition, next_offset from journal_offset")) {
        while (row.next()) {
          offsets.put(new Partition(row.getString(1), row.getInt(2)), row.getLong(3));
        }
      }
      connection.commit();
      return offsets;
    }
  }

  /**
   * Writes a batch. Where a row is refused for what is in it, it alone is journaled as unreadable,
   * and nothing waits for it: the batch is tried in halves until it is found.
   */
  void write(Batch batch) throws SQLException, RebuildException {
    try {
      ensurePartitions(batch.days());
      meters.written(batch, inTransaction(batch));
    } catch (SQLException e) {
      if (!isFaultOfARow(e)) {
        throw e;
      }
      connection.rollback();
      if (batch.size() == 1) {
        Entry refused = batch.entries().getFirst();
        String reason = "Postgres refuses it (SQLSTATE " + e.getSQLState() + ")";
        write(new Batch(List.of(new Entry.Unreadable(refused.place(), reason))));
        return;
      }
      log.atWarn().addKeyValue("sqlState", e.getSQLState()).log("a batch is written in halves");
      for (Batch half : batch.halves()) {
        write(half);
      }
    }
  }

  private static boolean isFaultOfARow(SQLException e) {
    String state = e.getSQLState();
    return state != null && state.length() > 2 && FAULTS_OF_A_ROW.contains(state.substring(0, 2));
  }

  /** Answers how many events had been journaled before. */
  private int inTransaction(Batch batch) throws SQLException, RebuildException {
    requireGeneration();
    int repeated = events(batch.of(Entry.Happened.class));
    stage(JournalSql.ATTEMPTS, attempts(batch.of(Entry.Attempted.class)));
    stage(JournalSql.DEAD_LETTERS, deadLetters(batch.of(Entry.Died.class)));
    fold(batch.effectsTouched());
    stage(JournalSql.SETTLE_EXPIRED, attemptedAgain(batch.of(Entry.Expired.class)));
    stage(JournalSql.UNREADABLE, unreadable(batch.of(Entry.Unreadable.class)));
    stage(JournalSql.OFFSETS, offsets(batch.next()));
    connection.commit();
    return repeated;
  }

  /** Days that are made stay made: in a transaction of their own. */
  private void ensurePartitions(Set<LocalDate> days) throws SQLException {
    for (LocalDate day : days) {
      if (!made.contains(day)) {
        JournalPartitions.make(connection, day, day);
        connection.commit();
        made.add(day);
      }
    }
  }

  /** First of all, and until the commit: a rebuild comes before the batch, or after it. */
  private void requireGeneration() throws SQLException, RebuildException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select generation from journal_state for share")) {
      if (!row.next() || row.getLong(1) != generation) {
        connection.rollback();
        throw new RebuildException();
      }
    }
  }

  private int events(List<Entry.Happened> events) throws SQLException {
    var rows = new CopyRows();
    for (Entry.Happened event : events) {
      EventRow.write(rows, event);
    }
    int repeated = events.size() - stage(JournalSql.EVENTS, rows);
    if (repeated > 0) {
      execute(JournalSql.RESENT);
    }
    return repeated;
  }

  private static CopyRows attempts(List<Entry.Attempted> attempts) {
    var rows = new CopyRows();
    for (Entry.Attempted it : attempts) {
      rows.row(15)
          .id(it.effect().eventId())
          .integer(it.place().partition())
          .bigint(it.place().offset())
          .text(it.effect().consumer())
          .text(it.effect().item())
          .text(it.application())
          .text(it.lane())
          .integer(it.attempt())
          .text(it.outcome())
          .text(it.detail())
          .text(it.errorClass())
          .time(it.due())
          .time(it.startedAt())
          .bigint(it.tookMicros())
          .time(it.place().at());
    }
    return rows;
  }

  private static CopyRows deadLetters(List<Entry.Died> letters) {
    var rows = new CopyRows();
    for (Entry.Died it : letters) {
      rows.row(13)
          .text(it.place().topic())
          .integer(it.place().partition())
          .bigint(it.place().offset())
          .text(it.application())
          .id(it.eventId())
          .text(it.consumer())
          .text(it.item())
          .text(it.type())
          .text(it.tenantId())
          .text(it.aggregateId())
          .integer(it.attempts())
          .text(it.reason())
          .time(it.place().at());
    }
    return rows;
  }

  private static CopyRows attemptedAgain(List<Entry.Expired> expired) {
    var rows = new CopyRows();
    for (Entry.Expired it : expired) {
      it.attempted()
          .ifPresent(
              effect ->
                  rows.row(4)
                      .id(effect.eventId())
                      .text(effect.consumer())
                      .text(effect.item())
                      .time(it.place().at()));
    }
    return rows;
  }

  private static CopyRows unreadable(List<Entry.Unreadable> records) {
    var rows = new CopyRows();
    for (Entry.Unreadable it : records) {
      rows.row(5)
          .text(it.place().topic())
          .integer(it.place().partition())
          .bigint(it.place().offset())
          .text(it.reason())
          .time(it.place().at());
    }
    return rows;
  }

  private static CopyRows offsets(Map<Partition, Long> next) {
    var rows = new CopyRows();
    next.forEach(
        (partition, offset) ->
            rows.row(OFFSET_COLUMNS)
                .text(partition.topic())
                .integer(partition.number())
                .bigint(offset));
    return rows;
  }

  private void fold(Set<UUID> touched) throws SQLException {
    var rows = new CopyRows();
    touched.forEach(id -> rows.row(1).id(id));
    if (rows.into(connection, JournalSql.TOUCHED) > 0) {
      execute(JournalSql.FOLD);
      execute(JournalSql.SETTLE);
    }
  }

  /** Answers how many rows were new. */
  private int stage(JournalSql.Staged staged, CopyRows rows) throws SQLException {
    return rows.into(connection, staged.table()) > 0 ? execute(staged.insert()) : 0;
  }

  private int execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  /** All that was in Kafka then is in the tables. */
  void caughtUp(Instant then) throws SQLException, RebuildException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "update journal_state set caught_up_at = ? where generation = ?")) {
      update.setObject(1, then.atOffset(ZoneOffset.UTC));
      update.setLong(2, generation);
      int rows = update.executeUpdate();
      connection.commit();
      if (rows == 0) {
        throw new RebuildException();
      }
    }
  }
}
