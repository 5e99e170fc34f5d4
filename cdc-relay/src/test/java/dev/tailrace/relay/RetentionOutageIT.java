package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.embedded.EmbeddedKafka;
import dev.tailrace.embedded.EmbeddedPostgres;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.KafkaServer;
import dev.tailrace.testkit.PostgresServer;
import dev.tailrace.testkit.TestDatabase;
import dev.tailrace.testkit.TestTopics;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Partitions stay while something is wrong with a server; on servers of the test's own. */
class RetentionOutageIT {

  @Test
  void keepsThemWhileKafkaIsAwayAndLooksAtTheQuarantineOnceItIsBack(@TempDir Path directory)
      throws Exception {
    EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0, 0);
    int port = kafka.port();
    try (var scenario =
        Scenario.on(TestDatabase.create(), TestTopics.createOn(KafkaServer.of(kafka)))) {
      scenario.start();
      scenario.append("before");
      scenario.awaitEvents(1);
      kafka.close();
      var past = Past.of(scenario);
      String behind = "slot " + scenario.config.slot().name() + " has not confirmed all of it";
      Await.untilAsserted(
          "it is noted", () -> assertThat(past.run()).containsEntry(Past.OLD, behind));

      UUID refused = UUID.randomUUID();
      past.quarantine(refused, 40);
      past.settle(refused);
      assertThat(past.run()).containsEntry(Past.OLD, behind);
      kafka = EmbeddedKafka.start(directory, port, 0);
      scenario.awaitEvents(2);
      Await.until("the slot has passed", () -> !behind.equals(past.run().get(Past.OLD)));
      assertThat(past.partitions()).as("it is looked at anew").contains(Past.OLD);
      past.awaitDropped(Past.OLD);
    } finally {
      kafka.close();
    }
  }

  @Test
  void keepsThemWhileTheSlotIsLost(@TempDir Path directory) throws Exception {
    try (var postgres =
            EmbeddedPostgres.start(directory, 0, Map.of("max_slot_wal_keep_size", "1MB"));
        var scenario =
            Scenario.on(TestDatabase.createOn(PostgresServer.of(postgres)), TestTopics.create())) {
      var slot = scenario.config.slot().name();
      new PostgresSlot(new Postgres(scenario.config.database()), slot).create().close();
      var past = Past.of(scenario);
      assertThat(past.run()).containsEntry(Past.OLD, "slot " + slot + " is not being read");
      Await.until(
          "the slot is lost",
          () -> {
            scenario.database.strings(
                "select pg_logical_emit_message(false, '', repeat('x', 20000000))");
            scenario.database.strings("select pg_switch_wal()");
            scenario.database.execute("checkpoint");
            return scenario.database.count(
                    "select count(*) from pg_replication_slots where wal_status = 'lost'")
                == 1;
          });
      assertThat(past.run()).containsEntry(Past.OLD, "slot " + slot + " is lost");
      assertThat(past.partitions()).contains(Past.OLD);
    }
  }

  @Test
  void keepsThemWhileATransactionIsPrepared(@TempDir Path directory) throws Exception {
    try (var postgres =
            EmbeddedPostgres.start(directory, 0, Map.of("max_prepared_transactions", "2"));
        var scenario =
            Scenario.on(TestDatabase.createOn(PostgresServer.of(postgres)), TestTopics.create())) {
      var past = Past.of(scenario);
      scenario.start();
      try (var connection = scenario.database.connect();
          var statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        Scenario.append(connection, "prepared");
        statement.execute("prepare transaction 'half'");
      }
      scenario.awaitEvents(1);
      assertThat(past.run())
          .containsEntry(Past.OLD, "transaction 'half' is prepared, and may be older");
      scenario.database.execute("commit prepared 'half'");
      past.awaitDropped(Past.OLD);
      scenario.awaitEvents(2);
    }
  }
}
