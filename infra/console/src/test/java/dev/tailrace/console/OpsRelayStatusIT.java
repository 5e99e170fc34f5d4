package dev.tailrace.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code ./tailrace ops relay status}, against what a relay leaves behind in Postgres. */
class OpsRelayStatusIT {

  private static final String SLOT = "ops_status";

  private TestDatabase database;

  @BeforeEach
  void migrate() throws Exception {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private OpsRun status() {
    return OpsRun.on(database, "relay", "status", "--slot", SLOT);
  }

  private static void makeSlot(TestDatabase where, String name) {
    where.strings("select pg_create_logical_replication_slot(?, 'pgoutput')::text", name);
  }

  /** A slot that is in use as long as its connection is there: a temporary one is by its maker. */
  private Connection readSlot(String name) throws SQLException {
    return run("select pg_create_logical_replication_slot('" + name + "', 'pgoutput', true)");
  }

  private Connection run(String sql) throws SQLException {
    Connection connection = database.connect();
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    return connection;
  }

  @Test
  void saysThatNothingNeedsAPerson() throws Exception {
    try (var _ = readSlot(SLOT)) {
      OpsRun run = status();
      assertThat(run.exit()).as(run.out()).isZero();
      assertThat(run.out())
          .containsPattern("Postgres is a primary, system \\d+ on timeline 1")
          .contains("slot " + SLOT)
          .containsPattern("✓ active: read by process \\d+ of Postgres since 2.*Z")
          .containsPattern("✓ lag: .* of WAL not confirmed yet")
          .contains("✓ WAL reserved: all that it needs is kept")
          .contains("quarantine\n  ✓ empty")
          .contains("adoption\n  ✓ none waits")
          .contains("✓ wal_level is logical", "✓ track_commit_timestamp is on")
          .contains("! max_slot_wal_keep_size is -1")
          .endsWith("✓ nothing needs a person\n")
          .doesNotContain("✗");
    }
  }

  @Test
  void saysThatThereIsNoSlotYet() {
    OpsRun run = status();
    assertThat(run.exit()).isOne();
    assertThat(run.out())
        .contains("slot " + SLOT + "\n  ✗ not there: start a relay, which makes it")
        .endsWith("✗ 1 thing needs a person\n");
  }

  @Test
  void showsEachSlotOfThatName() throws Exception {
    makeSlot(database, SLOT + "_0");
    makeSlot(database, "other_" + SLOT);
    try (var _ = readSlot(SLOT + "_1")) {
      OpsRun run = status();
      assertThat(run.exit()).isOne();
      assertThat(run.out())
          .contains("slot ops_status_0\n  ✗ not active: nobody reads it")
          .contains("slot ops_status_1\n  ✓ active")
          .doesNotContain("other_");
    }
  }

  @Test
  void saysThatARelayIsAtWorkBeforeItReads() throws Exception {
    makeSlot(database, SLOT);
    try (var _ = run("select pg_advisory_lock(hashtextextended('cdc-relay " + SLOT + "', 0))")) {
      OpsRun run = status();
      assertThat(run.exit()).as(run.out()).isZero();
      assertThat(run.out()).contains("! not read yet: a relay is at work since 2");
    }
  }

  @Test
  void saysThatAnotherDatabaseHasTheSlot() {
    try (var other = TestDatabase.create()) {
      makeSlot(other, SLOT);
      OpsRun run = status();
      assertThat(run.exit()).isOne();
      assertThat(run.out())
          .contains("✗ it belongs to database " + other.name())
          .contains("choose another RELAY_SLOT");
    }
  }

  @Test
  void saysHowManyRowsWait() throws Exception {
    Quarantined.row(database, SLOT, "a.b", "org_1", "too large");
    Quarantined.row(database, SLOT, "a.b", "org_1", "too large");
    Quarantined.row(database, "another", "a.b", "org_1", "too large");
    try (var _ = readSlot(SLOT)) {
      OpsRun run = status();
      assertThat(run.exit()).isOne();
      assertThat(run.out())
          .containsPattern("✗ 2 rows wait, the oldest since 2.*Z: ./tailrace ops relay quarantine");
    }
  }

  @Test
  void tellsAnAdoptionThatWaitsFromOneThatIsOfNoUse() throws Exception {
    makeSlot(database, SLOT);
    OpsRun adopted = OpsRun.on(database, "relay", "adopt", "--yes", "--slot", SLOT);
    assertThat(adopted.exit()).as(adopted.err()).isZero();
    assertThat(status().out())
        .containsPattern("! " + SLOT + ", of 2.*Z: waits for the relay's next start");

    database.execute("update relay_adoption set timeline = timeline + 1");
    assertThat(status().out())
        .containsPattern("✗ .*: it is for system \\d+ on timeline 2, and no relay takes it here")
        .contains("./tailrace ops relay adopt --withdraw --slot " + SLOT);

    database.execute("update relay_adoption set timeline = timeline - 1");
    database.strings("select pg_drop_replication_slot(?)::text", SLOT);
    try (var _ = readSlot(SLOT)) {
      assertThat(status().out()).contains("✗ " + SLOT).contains("the relay reads and did not need");
    }
  }

  @Test
  void saysWhatALostSlotMeans() throws Exception {
    makeSlot(database, SLOT);
    try {
      database.execute("alter system set max_slot_wal_keep_size = '1MB'");
      database.strings("select pg_reload_conf()::text");
      for (int segment = 0; segment < 3; segment++) {
        database.execute("insert into relay_adoption values (?, '1', 1)", "s" + segment);
        database.strings("select pg_switch_wal()::text");
      }
      database.execute("checkpoint");
      OpsRun run = status();
      assertThat(run.exit()).isOne();
      assertThat(run.out())
          .contains("✗ WAL lost: it fell behind by more than max_slot_wal_keep_size (wal_removed)")
          .contains("makes a new slot by itself")
          .contains("✓ max_slot_wal_keep_size is 1MB");
    } finally {
      database.execute("alter system reset max_slot_wal_keep_size");
      database.strings("select pg_reload_conf()::text");
    }
  }
}
