package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.ExactlyOnceInKafka;
import dev.tailrace.testkit.NothingLost;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RelayRestartIT {

  private Scenario scenario;

  @BeforeEach
  void arrange() throws SQLException {
    scenario = Scenario.create();
  }

  @AfterEach
  void clear() {
    scenario.close();
  }

  @Test
  void sendsRowsFromBeforeTheFirstStartAndThenTheLiveOnes() throws SQLException {
    Rows.copy(scenario.database, 1_200);
    Service service = scenario.start();
    scenario.append("live");
    scenario.awaitEvents(1_201);
    new ExactlyOnceInKafka(scenario.database.dataSource(), scenario.topics).check();
    assertThat(scenario.seqs()).startsWith(Seq.text(1)).endsWith(Seq.text(1_201));
    var lag = service.meters().get("tailrace.relay.lag").timer();
    Await.until("the live row's lag is told, and no other's", () -> lag.count() == 1);
  }

  @Test
  @Tag("timed")
  void resumesAtTheSlotWithRowsFromWhileItWasDown() throws SQLException {
    Service first = scenario.start();
    scenario.append("before");
    scenario.awaitEvents(1);
    long begun = System.nanoTime();
    first.close();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));

    for (int i = 0; i < 10; i++) {
      scenario.append("down-" + i);
    }
    scenario.start();
    scenario.append("after");
    Await.untilHolds(
        new NothingLost(scenario.database.dataSource(), scenario.topics), Duration.ofSeconds(20));
    assertThat(scenario.seqs()).doesNotHaveDuplicates();
    assertThat(lastSeqOf("before")).isLessThan(lastSeqOf("down-0")).isLessThan(lastSeqOf("after"));
  }

  @Test
  void repeatsNothingAfterACleanStopOnceTheSlotHasConfirmed() throws SQLException {
    Service first = scenario.start();
    scenario.append("before");
    scenario.awaitEvents(1);
    awaitConfirmed();
    first.close();

    scenario.start();
    scenario.append("after");
    Await.untilHolds(
        new ExactlyOnceInKafka(scenario.database.dataSource(), scenario.topics),
        Duration.ofSeconds(20));
  }

  @Test
  void startsTheRowsFromBeforeTheSlotOverWhenTheyWereNotComplete() throws Exception {
    KafkaTopics.make(scenario.config.kafka(), new StopSignal());
    var server =
        SourceDatabase.look(new Postgres(scenario.config.database()), scenario.config.slot())
            .server();
    scenario.leave(
        scenario.config.slot().name(), new Position.Backfilling(42, server, Optional.empty()));
    scenario.append("hidden from the old slot");
    scenario.database.strings(
        "select pg_create_logical_replication_slot(?, 'pgoutput')", scenario.config.slot().name());

    scenario.start();
    scenario.awaitEvents(1);
    assertThat(scenario.seqs()).containsExactly(Seq.text(42));
  }

  @Test
  void makesASlotThatIsGoneAnewAndSendsWhatItHeld() throws Exception {
    Service first = scenario.start();
    scenario.append("before");
    scenario.awaitEvents(1);
    first.close();
    Await.until("the slot is free", () -> free() == 1);
    scenario.append("held by the slot");
    scenario.database.strings("select pg_drop_replication_slot(?)", scenario.config.slot().name());
    scenario.append("held by nothing");

    scenario.start();
    scenario.append("after");
    Await.untilHolds(
        new ExactlyOnceInKafka(scenario.database.dataSource(), scenario.topics),
        Duration.ofSeconds(20));
    assertThat(scenario.seqs()).containsExactly(Seq.text(1), Seq.text(2), Seq.text(3), Seq.text(4));
  }

  @Test
  void standsByWhileAnotherReadsTheSlotAndThenTakesOver() throws Exception {
    Service first = scenario.start();
    try (Service second = RelayMain.start(scenario.config, Clock.systemUTC())) {
      Await.until(
          "the second stands by", () -> Scenario.ask(second, "ready").contains("standing by"));
      scenario.append("by the first");
      scenario.awaitEvents(1);
      first.close();
      Scenario.awaitReady(second);
      scenario.append("by the second");
      Await.untilHolds(
          new NothingLost(scenario.database.dataSource(), scenario.topics), Duration.ofSeconds(20));
    }
  }

  @Test
  void takesOverAgainWhenItWasFencedButHasTheSlot() throws Exception {
    Service service = scenario.start();
    for (int i = 0; i < 2; i++) {
      scenario.topics.producer("relay-" + scenario.config.slot().name()).close();
      scenario.append("fenced-" + i);
      scenario.awaitEvents(i + 1);
      awaitConfirmed();
    }
    Scenario.awaitReady(service);
    assertThat(scenario.seqs()).containsExactly(Seq.text(1), Seq.text(2));
  }

  @Test
  void twoThatRaceForTheSlotSettleOnOneAndNeitherEnds() throws Exception {
    Service first = scenario.start();
    try (Service second = RelayMain.start(scenario.config, Clock.systemUTC())) {
      for (int i = 0; i < 5; i++) {
        scenario.database.strings(
            "select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = ?",
            scenario.config.slot().name());
        scenario.append("race-" + i);
        Await.until("one reads, the other stands by", () -> isSettled(first, second));
      }
      Await.untilHolds(
          new NothingLost(scenario.database.dataSource(), scenario.topics), Duration.ofSeconds(20));
      assertThat(isSettled(first, second)).isTrue();
      assertThat(scenario.seqs()).doesNotHaveDuplicates();
    }
  }

  private static boolean isSettled(Service one, Service other) throws Exception {
    String first = Scenario.ask(one, "ready");
    String second = Scenario.ask(other, "ready");
    return (first.startsWith("200") && second.contains("standing by"))
        || (second.startsWith("200") && first.contains("standing by"));
  }

  @Test
  void standsByWhileAnotherSendsTheTable() throws Exception {
    var slot =
        new PostgresSlot(new Postgres(scenario.config.database()), scenario.config.slot().name());
    try (var _ = slot.claim().orElseThrow()) {
      assertThat(slot.claim()).isEmpty();
      Service service = scenario.begin();
      Await.until("it stands by", () -> Scenario.ask(service, "ready").contains("standing by"));
      assertThat(scenario.topics.names()).as("nobody is fenced").isEmpty();
    }
    scenario.append("later");
    Await.until("it has taken over", () -> !scenario.topics.names().isEmpty());
    scenario.awaitEvents(1);
  }

  private void awaitConfirmed() {
    long now = scenario.database.count("select (pg_current_wal_lsn() - '0/0')::bigint");
    Await.until("the slot has confirmed", () -> scenario.confirmedLsn() >= now);
  }

  private long free() {
    return scenario.database.count(
        "select count(*) from pg_replication_slots where slot_name = ? and not active",
        scenario.config.slot().name());
  }

  private String lastSeqOf(String key) {
    List<ConsumerRecord<String, byte[]>> events =
        scenario.events().stream().filter(event -> event.key().equals(key)).toList();
    return Scenario.header(events.getLast(), "ce_seq");
  }
}
