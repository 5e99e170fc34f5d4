package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.ExactlyOnceInKafka;
import dev.tailrace.testkit.NothingLost;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
    scenario.start();
    scenario.append("live");
    scenario.awaitEvents(1_201);
    new ExactlyOnceInKafka(scenario.database.dataSource(), scenario.topics).check();
    assertThat(scenario.seqs()).startsWith(Seq.text(1)).endsWith(Seq.text(1_201));
  }

  @Test
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
    long now = scenario.database.count("select (pg_current_wal_lsn() - '0/0')::bigint");
    Await.until("the slot has confirmed", () -> scenario.confirmedLsn() >= now);
    first.close();

    scenario.start();
    scenario.append("after");
    Await.untilHolds(
        new ExactlyOnceInKafka(scenario.database.dataSource(), scenario.topics),
        Duration.ofSeconds(20));
  }

  @Test
  void startsTheRowsFromBeforeTheSlotOverWhenTheyWereNotComplete() throws Exception {
    KafkaTopics.make(scenario.config.kafka());
    var server = new PostgresSlot(new Postgres(scenario.config.database()), "any").server();
    leave(new Position.Backfilling(42, server));
    scenario.append("hidden from the old slot");
    scenario.database.strings(
        "select pg_create_logical_replication_slot(?, 'pgoutput')", scenario.config.slot().name());

    scenario.start();
    scenario.awaitEvents(1);
    assertThat(scenario.seqs()).containsExactly(Seq.text(42));
  }

  @Test
  void saysWhatIsKnownWhenTheSlotIsGone() throws Exception {
    Service first = scenario.start();
    scenario.append("before");
    scenario.awaitEvents(1);
    first.close();
    Await.until("the slot is free", () -> free() == 1);
    scenario.database.strings("select pg_drop_replication_slot(?)", scenario.config.slot().name());

    Service second = scenario.begin();
    assertThat(second.awaitEnd().orElseThrow())
        .hasMessageContaining("the slot is gone")
        .hasMessageContaining("up to seq 1 (transaction ");
    assertThat(Scenario.ask(second, "live")).startsWith("503");
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
  void endsWhenAnotherHasTakenOver() throws Exception {
    Service service = scenario.start();
    scenario.topics.producer("relay-" + scenario.config.slot().name()).close();
    scenario.append("too late");
    assertThat(service.awaitEnd().orElseThrow()).hasMessageContaining("has taken over");
  }

  private long free() {
    return scenario.database.count(
        "select count(*) from pg_replication_slots where slot_name = ? and not active",
        scenario.config.slot().name());
  }

  private void leave(Position position) {
    try (var producer = scenario.topics.producer()) {
      var _ =
          producer.send(
              new ProducerRecord<>(
                  scenario.config.kafka().topics().relayPositions(),
                  scenario.config.slot().name(),
                  PositionRecord.write(position).getBytes(StandardCharsets.UTF_8)));
    }
  }

  private String lastSeqOf(String key) {
    List<ConsumerRecord<String, byte[]>> events =
        scenario.events().stream().filter(event -> event.key().equals(key)).toList();
    return Scenario.header(events.getLast(), "ce_seq");
  }
}
