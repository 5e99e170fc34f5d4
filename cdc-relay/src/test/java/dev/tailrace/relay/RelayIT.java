package dev.tailrace.relay;

import static dev.tailrace.relay.Scenario.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.CausedBy;
import dev.tailrace.contracts.event.KitchenEvent.TaskProgress;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.outbox.Outbox;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.CommitOrderPerKey;
import dev.tailrace.testkit.ExactlyOnceInKafka;
import dev.tailrace.testkit.NothingLost;
import dev.tailrace.testkit.Seeds;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayIT {

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
  void carriesAnAppendedEventWithItsExactBytesAndHeaders() throws SQLException {
    scenario.start();
    var cause = new CausedBy(UUID.randomUUID(), "trackMachineState");
    var trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    var event =
        NewEvent.of("org_1", Scenario.NOON, new TaskProgress("tâche-✓", "emp", 50, Scenario.NOON))
            .withOrigin(new Origin(Optional.of(cause), 1, Optional.of(trace)));
    UUID id;
    try (Connection connection = scenario.database.connect()) {
      connection.setAutoCommit(false);
      id = Outbox.append(connection, event).id();
      connection.commit();
    }
    scenario.awaitEvents(1);

    var record = scenario.topics.readAll("events.kitchen.task.progress").getFirst();
    assertThat(record.key()).isEqualTo("tâche-✓");
    assertThat(record.value()).isEqualTo(event.payload().getBytes(StandardCharsets.UTF_8));
    assertThat(Stream.of(record.headers().toArray()).map(h -> h.key() + "=" + text(h.value())))
        .containsExactly(
            "ce_specversion=1.0",
            "ce_id=" + id,
            "ce_type=kitchen.task.progress",
            "ce_source=/tailrace/kitchen",
            "ce_subject=tâche-✓",
            "ce_time=2026-11-20T12:00:00.123456Z",
            "content-type=application/json",
            "ce_tenantid=org_1",
            "ce_aggregatetype=kitchen_task",
            "ce_seq=0000000000000000001",
            "ce_causedby=" + cause,
            "ce_depth=1",
            "ce_traceparent=" + trace);

    var realtime = scenario.topics.readAll("realtime.outbox").getFirst();
    assertThat(realtime.key()).isEqualTo("org_1");
    assertThat(realtime.value()).isEqualTo(record.value());
    assertThat(realtime.headers()).isEqualTo(record.headers());
  }

  @Test
  void carriesAnEventAppendedInSqlByteForByte() {
    scenario.start();
    var payload =
        """
        { "taskId":"t-1",  "employeeId":"é\\u0301", "claimedAt":"2026-11-20T12:00:00Z", "more":1.50 }""";
    var before = System.currentTimeMillis();
    scenario.database.strings(
        "select id from outbox_append('kitchen.task.claimed', 'org_1', 't-1', ?::text)", payload);
    scenario.awaitEvents(1);

    var record = scenario.topics.readAll("events.kitchen.task.claimed").getFirst();
    assertThat(text(record.value())).isEqualTo(payload);
    assertThat(record.timestamp()).isBetween(before, System.currentTimeMillis());
  }

  @Test
  void keepsCommitOrderPerKeyOverInterleavedTransactions() {
    scenario.start();
    Seeds.forEach(
        1,
        seed -> {
          var load = new Load(scenario, seed);
          load.run(1_000);
          Await.untilHolds(
              new NothingLost(scenario.database.dataSource(), scenario.topics),
              Duration.ofSeconds(20));
          new CommitOrderPerKey(scenario.topics, load.committed()).check();
          new ExactlyOnceInKafka(scenario.database.dataSource(), scenario.topics).check();
        });
  }

  @Test
  void neverShowsARowThatWasRolledBack() throws SQLException {
    scenario.start();
    try (Connection connection = scenario.database.connect()) {
      connection.setAutoCommit(false);
      Scenario.append(connection, "never");
      connection.rollback();
    }
    scenario.append("after");
    scenario.awaitEvents(1);
    assertThat(scenario.events()).extracting(ConsumerRecord::key).containsExactly("after");
  }

  @Test
  void carriesACopyOfManyRowsWhole() throws Exception {
    scenario.start();
    Rows.copy(scenario.database, 3_000);
    Await.untilHolds(
        new ExactlyOnceInKafka(scenario.database.dataSource(), scenario.topics),
        Duration.ofSeconds(20));
  }

  @Test
  void givesEachRowTheNextSeq() throws SQLException {
    scenario.start();
    for (int i = 0; i < 5; i++) {
      scenario.append("t" + i);
    }
    scenario.awaitEvents(5);
    assertThat(scenario.seqs())
        .isEqualTo(List.of(Seq.text(1), Seq.text(2), Seq.text(3), Seq.text(4), Seq.text(5)));
    assertThat(scenario.events())
        .allSatisfy(event -> assertThat(header(event, "ce_seq")).hasSize(19));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
