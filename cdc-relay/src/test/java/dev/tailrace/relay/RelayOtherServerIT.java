package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.NothingLost;
import dev.tailrace.testkit.TestDatabase;
import dev.tailrace.testkit.TestTopics;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behind the same address stands another history of the database than the one in Kafka. */
class RelayOtherServerIT {

  private static final Map<String, String> WITHOUT_COMMIT_TIMES =
      Map.of("track_commit_timestamp", "off");
  private static final int ROWS = 20;

  /** Beyond what is looked back for the clocks' sake when no server was changed. */
  private static final String LONG_AGO = "date_trunc('day', now()) - interval '1 day'";

  @TempDir Path directory;
  private ServersInTurn servers;
  private Scenario scenario;

  @BeforeEach
  void arrange() throws Exception {
    servers = ServersInTurn.start(directory, "server", WITHOUT_COMMIT_TIMES);
    scenario = Scenario.on(TestDatabase.createOn(servers.address()), TestTopics.create());
  }

  @AfterEach
  void clear() throws Exception {
    scenario.close();
    servers.close();
  }

  @Test
  void aServerSetBackIsRecognisedWhileItHasWrittenLess() throws Exception {
    setBack(WITHOUT_COMMIT_TIMES);
    assertStops();
    assertGoesOnOnceAdopted();
  }

  @Test
  void aServerSetBackIsRecognisedWhenItHasCaughtUp() throws Exception {
    long before = setBack(WITHOUT_COMMIT_TIMES);
    writeBeyond(before);
    assertStops();
    assertGoesOnOnceAdopted();
  }

  @Test
  void aServerSetBackThatHasLostTheSlotTooIsRecognisedByItsCommitTimes() throws Exception {
    long before = setBack(Map.of());
    LostSlot.drop(scenario);
    writeBeyond(before);
    assertStops();
    assertGoesOnOnceAdopted();
  }

  /** With a row that Kafka has from long ago, and one from then that it does not have. */
  @Test
  void aFreshClusterIsRecognisedAndOfARestoreGoesOnWithWhatIsNotInKafka() throws Exception {
    String restored = insertLongAgo("0190-0001");
    relayed(() -> append(ROWS));
    servers.start("fresh", Map.of());
    servers.sql("fresh").execute("create database " + scenario.database.name());
    servers.leadTo("fresh");
    Database.migrate(scenario.database.dataSource());
    assertThat(insertLongAgo("0190-0001")).isEqualTo(restored);
    insertLongAgo("0190-0002");
    append(ROWS);
    assertStops();
    assertGoesOnOnceAdopted();
    assertThat(Adoption.ids(scenario)).hasSize(1 + ROWS + 1 + ROWS + 1).contains(restored);
  }

  /** Answers how far it had written. */
  private long setBack(Map<String, String> settings) throws Exception {
    relayed(() -> append(1));
    servers.stop("server");
    servers.copy("server", "copy");
    start(settings);
    long[] written = new long[1];
    relayed(
        () -> {
          append(ROWS);
          writeBeyond(written() + (1 << 20));
          append(1);
          written[0] = written();
        });
    servers.stop("server");
    servers.copy("copy", "server");
    start(settings);
    append(2 * ROWS);
    assertThat(written()).isLessThan(written[0]);
    return written[0];
  }

  private void start(Map<String, String> settings) {
    servers.start("server", settings);
    servers.leadTo("server");
  }

  /** Some work while a relay runs, which has brought it to Kafka before it stops. */
  private void relayed(Work work) throws Exception {
    try (Service relay = scenario.start()) {
      work.run();
      Await.untilHolds(
          new NothingLost(scenario.database.dataSource(), scenario.topics), Duration.ofSeconds(20));
      long now = written();
      Await.until("the slot has confirmed", () -> scenario.confirmedLsn() >= now);
      assertThat(relay.hasFailed()).isFalse();
    }
  }

  @FunctionalInterface
  private interface Work {
    void run() throws SQLException;
  }

  private void append(int rows) throws SQLException {
    for (int i = 0; i < rows; i++) {
      scenario.append("task-" + i);
    }
  }

  private String insertLongAgo(String number) {
    String id = "00000000-%s-7000-8000-000000000000".formatted(number.substring(5));
    scenario.database.execute(
        """
        insert into outbox_event
          (id, created_at, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at)
        values (?::uuid, %s, 'org_1', 'kitchen_task', 't', 'kitchen.task.claimed', '{}', '{"version":1}', now())\
        """
            .formatted(LONG_AGO),
        id);
    return id;
  }

  private long written() {
    return scenario.database.count("select (pg_current_wal_lsn() - '0/0')::bigint");
  }

  private void writeBeyond(long lsn) {
    while (written() <= lsn) {
      scenario.database.strings(
          "select pg_logical_emit_message(false, 'filler', repeat('x', 65536), true)");
    }
  }

  private void assertStops() throws Exception {
    int before = scenario.events().size();
    try (Service relay = scenario.begin()) {
      assertThat(relay.awaitEnd().orElseThrow()).hasMessageContaining("./tailrace ops relay adopt");
    }
    assertThat(scenario.events()).hasSize(before);
  }

  private void assertGoesOnOnceAdopted() throws Exception {
    Adoption.write(scenario);
    scenario.start();
    append(1);
    Await.untilHolds(
        new NothingLost(scenario.database.dataSource(), scenario.topics), Duration.ofSeconds(30));
    assertThat(Adoption.ids(scenario)).doesNotHaveDuplicates();
    assertThat(Adoption.waits(scenario)).as("a person's word is taken once").isFalse();
  }
}
