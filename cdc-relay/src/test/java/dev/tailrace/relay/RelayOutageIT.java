package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.relay.KillableServers.Server;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.ExactlyOnceInKafka;
import dev.tailrace.testkit.NothingLost;
import dev.tailrace.testkit.SeqNeverGoesBack;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka or Postgres goes away for a while, or nothing happens; on servers of the test's own. {@code
 * -Dtailrace.away} says how long they stay away, in seconds; 1 unless told.
 */
class RelayOutageIT {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("tailrace.away", 1));

  /** More than the relay's heap holds. */
  private static final int LARGE_ROWS = 20_000;

  private static final int LARGE_ROW_BYTES = 10_000;

  @TempDir private static Path folder;

  private static KillableServers servers;
  private static Scenario scenario;

  @BeforeAll
  static void start() throws IOException, SQLException {
    servers = new KillableServers(folder);
    scenario = servers.scenario();
  }

  @AfterAll
  static void end() {
    servers.close();
  }

  @BeforeEach
  void arrange() {
    Await.until("rows flow", LIMIT, servers::isRelayReady);
  }

  @Test
  void noticesThatKafkaIsAwayAlsoWhenThereIsNoRowToSend() throws IOException, SQLException {
    servers.kill(List.of(Server.BROKER));
    awaitProblem("Kafka has not taken a batch for \\d+ s");
    stayAway();
    servers.start(List.of(Server.BROKER));
    scenario.append("back");
    checkAllIsThere();
  }

  @Test
  void readsNoFurtherThanItsBoundWhileKafkaIsAway() throws IOException, SQLException {
    servers.kill(List.of(Server.BROKER));
    scenario.database.execute(
        """
        insert into outbox_event
          (id, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at)
        select uuidv7(), 'org_1', 'kitchen_task', 'task-' || n % 20, 'kitchen.task.progress',
          repeat('x', ?), '{"version":1}', now()
        from generate_series(1, ?) n""",
        LARGE_ROW_BYTES, LARGE_ROWS);
    scenario.append("behind them");
    awaitProblem("Kafka has not taken a batch for \\d+ s");
    stayAway();
    servers.start(List.of(Server.BROKER));
    checkAllIsThere();
    assertThat(servers.isRelayAlive()).as("the relay's heap was enough").isTrue();
  }

  @Test
  void goesOnWhenAKafkaThatHangsAnswersAgain() throws IOException, SQLException {
    servers.freezeBroker();
    scenario.append("meanwhile");
    awaitProblem("Kafka has not taken a batch for \\d+ s");
    stayAway();
    servers.thawBroker();
    checkAllIsThere();
  }

  @Test
  void goesOnWhenPostgresIsBackAfterAKill() throws IOException, SQLException {
    scenario.append("before");
    servers.kill(List.of(Server.POSTGRES));
    awaitProblem("");
    stayAway();
    servers.start(List.of(Server.POSTGRES));
    scenario.append("back");
    checkAllIsThere();
  }

  @Test
  void movesTheSlotOnWhileOnlyOtherTablesAreWritten() {
    scenario.database.execute("create table other (n int)");
    for (int i = 0; i < 2; i++) {
      scenario.database.execute("insert into other select generate_series(1, 10000)");
      long now = scenario.database.count("select (pg_current_wal_lsn() - '0/0')::bigint");
      Await.until("the slot is confirmed to here", () -> scenario.confirmedLsn() >= now);
    }
  }

  @Test
  void makesATopicAgainThatWasDeleted() throws Exception {
    try (var own = Scenario.create();
        var admin =
            Admin.create(
                Map.<String, Object>of("bootstrap.servers", own.topics.bootstrapServers()))) {
      own.start();
      own.append("before");
      own.awaitEvents(1);
      String topic = own.topics.name("events.kitchen.task.claimed");
      admin.deleteTopics(List.of(topic)).all().get();
      own.append("after");
      Await.until(
          "it is there again",
          LIMIT,
          () ->
              own.topics.names().contains(topic)
                  && own.events().stream().anyMatch(it -> it.key().equals("after")));
    }
  }

  private static void stayAway() {
    long end = System.nanoTime() + AWAY.toNanos();
    Await.until("it was away", AWAY.plus(LIMIT), () -> System.nanoTime() > end);
  }

  private static void awaitProblem(String words) {
    Await.until(
        "it says what it waits for",
        LIMIT,
        () -> servers.askRelay("ready").matches("(?s)503.*" + words + ".*"));
  }

  private static void checkAllIsThere() {
    var database = scenario.database.dataSource();
    Await.untilHolds(new NothingLost(database, scenario.topics), LIMIT);
    new ExactlyOnceInKafka(database, scenario.topics).check();
    new SeqNeverGoesBack(scenario.topics).check();
    Await.until("it is ready again", LIMIT, servers::isRelayReady);
  }
}
