package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.outbox.Appended;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.outbox.Outbox;
import dev.tailrace.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Nothing that is asked of the outbox reads its history, though nobody has ever vacuumed or
 * analyzed it. Asked are the statements of the pipeline themselves; Postgres counts the rows that
 * were read one after another.
 */
class UnvacuumedOutboxIT {

  private static final int HISTORY = 300_000;
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

  private TestDatabase database;

  @BeforeEach
  void arrange() throws SQLException {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    database.execute("alter table outbox_dedupe set (autovacuum_enabled = off)");
    for (String partition : partitions()) {
      database.execute("alter table " + partition + " set (autovacuum_enabled = off)");
    }
  }

  @AfterEach
  void clear() {
    database.close();
  }

  private List<String> partitions() {
    return database.strings(
        "select inhrelid::regclass::text from pg_inherits where inhparent = 'outbox_event'::regclass");
  }

  private void fill(String type, Duration age) {
    database.execute(
        """
        insert into outbox_dedupe (type, dedupe_key, event_id, created_at)
        select ?, 'history-' || i, gen_random_uuid(),
          now() - ?::interval - i * interval '1 second' from generate_series(1, ?) i""",
        type,
        age.toString(),
        HISTORY);
    database.execute(
        """
        insert into outbox_event
          (id, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at)
        select gen_random_uuid(), 'org_1', 'kitchen_task', 't', ?, '{}', '{"version":1}', now()
        from generate_series(1, ?) i""",
        type,
        HISTORY);
  }

  @Test
  void appendsReadNoHistoryThoughTheirPlansAreFromWhenItWasEmpty() throws SQLException {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      try (var settings = connection.createStatement()) {
        settings.execute("set plan_cache_mode = force_generic_plan"); // as ingest does
      }
      for (int i = 0; i < 10; i++) {
        append(connection, 5);
      }
      fill("kitchen.task.claimed", Duration.ZERO);
      long before = readOneAfterAnother(connection);
      for (int i = 0; i < 10; i++) {
        append(connection, 5);
      }
      assertThat(readOneAfterAnother(connection) - before).isZero();
    }
    assertThat(database.count("select sum(n_tup_upd + n_tup_del) from pg_stat_user_tables"))
        .as("a table that is only added to has no dead rows to vacuum")
        .isZero();
  }

  @Test
  void appendsOfAFreshSessionReadNoHistory() throws SQLException {
    fill("kitchen.task.claimed", Duration.ZERO);
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      append(connection, 256);
      long before = readOneAfterAnother(connection);
      for (int i = 0; i < 10; i++) {
        append(connection, 256);
      }
      assertThat(readOneAfterAnother(connection) - before).isZero();
    }
  }

  /** New events, and as many again that are duplicates of the first call's; in Java and in SQL. */
  private static void append(Connection connection, int events) throws SQLException {
    List<Appended> appended =
        Outbox.appendAll(
            connection,
            IntStream.range(0, 2 * events)
                .mapToObj(
                    i ->
                        Outbox.prepare(
                            NewEvent.of("org_1", NOON, new TaskClaimed("t", "emp-1", NOON))
                                .withDedupeKey("key-" + i / 2)))
                .toList());
    assertThat(appended).hasSize(2 * events);
    connection.commit();
    try (var select =
        connection.prepareStatement(
            """
            select id from outbox_append('kitchen.task.claimed', 'org_1', 't-1',
              '{"taskId":"t-1","employeeId":"e","claimedAt":"2026-11-20T12:00:00Z"}'::text,
              dedupe_key => 'in-sql')""")) {
      select.executeQuery().close();
    }
    connection.commit();
  }

  @Test
  void oldKeysAreFoundByTheirIndex() throws SQLException {
    fill("kitchen.task.claimed", OutboxRetention.DEDUPE_KEPT);
    try (Connection connection = database.connect()) {
      long before = readOneAfterAnother(connection);
      assertThat(
              new DedupeRetention(5_000, 10)
                  .deleteBefore(connection, Instant.now().minus(OutboxRetention.DEDUPE_KEPT)))
          .isEqualTo(50_000);
      assertThat(readOneAfterAnother(connection) - before).isZero();
    }
    assertThat(
            database.count(
                "select idx_tup_read from pg_stat_user_indexes where indexrelname = 'outbox_dedupe_created_at'"))
        .as("each once, and the last of a statement once more")
        .isBetween(50_000L, 50_100L);
  }

  @Test
  void aDroppedPartitionLeavesNothingBehind() throws SQLException {
    fill("kitchen.task.claimed", Duration.ZERO);
    String today =
        database
            .strings("select 'outbox_event_' || to_char(now() at time zone 'UTC', 'YYYYMMDD')")
            .getFirst();
    try (Connection connection = database.connect()) {
      new OutboxPartitions(connection).drop(new OutboxPartition(today, "", ""));
    }
    assertThat(partitions()).hasSize(15).doesNotContain(today);
    assertThat(
            database.count(
                "select coalesce(sum(pg_total_relation_size(inhrelid)), 0) from pg_inherits where inhparent = 'outbox_event'::regclass"))
        .as("as after the migrations")
        .isLessThan(1_000_000);
    assertThat(
            database.count(
                "select coalesce(sum(n_dead_tup), 0) from pg_stat_user_tables where relname like 'outbox_event%'"))
        .isZero();
  }

  @Test
  void everyOneOfTheNextFourteenDaysHasItsPartition() {
    assertThat(partitions()).hasSize(16);
    database.execute(appendOnEachDayUpTo(14));
    assertThat(database.count("select count(distinct tableoid) from outbox_event")).isEqualTo(15);
  }

  /** As appends would while a relay has been stopped for so long. */
  private static String appendOnEachDayUpTo(int days) {
    return """
        insert into outbox_event
          (id, created_at, tenant_id, aggregate_type, aggregate_id, type, payload, headers,
           occurred_at)
        select gen_random_uuid(), now() + make_interval(days => i), 'org_1', 'kitchen_task', 't',
          'kitchen.task.claimed', '{}', '{"version":1}', now()
        from generate_series(0, %d) i"""
        .formatted(days);
  }

  /** Rows read by sequential scans of the outbox's tables, by this session and those closed. */
  private static long readOneAfterAnother(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("select pg_stat_force_next_flush()");
      commit(connection);
      try (ResultSet row =
          statement.executeQuery(
              "select sum(seq_tup_read) from pg_stat_user_tables where relname like 'outbox%'")) {
        row.next();
        long read = row.getLong(1);
        commit(connection);
        return read;
      }
    }
  }

  /** What a session has counted goes to the others between its transactions. */
  private static void commit(Connection connection) throws SQLException {
    if (!connection.getAutoCommit()) {
      connection.commit();
    }
  }
}
