package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.service.Service;
import dev.tailrace.embedded.EmbeddedPostgres;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.PostgresServer;
import dev.tailrace.testkit.TestDatabase;
import dev.tailrace.testkit.TestTopics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows in quarantine, and rows asked for again, while the slot is lost. */
class RelaySlotLossAndQuarantineIT {

  private static final UUID REFUSED = UUID.fromString("00000000-0000-7000-8000-000000000001");
  private static final UUID ASKED_FOR = UUID.fromString("00000000-0000-7000-8000-000000000002");

  @Test
  void aRowInQuarantineStaysThereAndOneThatWasAskedForIsSentOnce() throws Exception {
    try (var scenario = Scenario.create()) {
      try (Service first = scenario.start()) {
        insert(scenario, REFUSED, "now()");
        insert(scenario, ASKED_FOR, "now()");
        awaitOpen(scenario, 2);
        assertThat(first.hasFailed()).isFalse();
      }
      resend(scenario, ASKED_FOR);
      LostSlot.drop(scenario);
      try (Service second = taking(scenario)) {
        Scenario.awaitReady(second);
        scenario.append("after");
        scenario.awaitEvents(2);
      }
      assertThat(ids(scenario)).containsOnlyOnce(ASKED_FOR.toString());
      assertThat(ids(scenario)).doesNotContain(REFUSED.toString());
      awaitOpen(scenario, 1);
    }
  }

  @Test
  void anOldRowThatCameFromTheTableWhenItWasAskedForDoesNotComeFromItAgain(@TempDir Path directory)
      throws Exception {
    try (var postgres =
            EmbeddedPostgres.start(directory, 0, Map.of("track_commit_timestamp", "off"));
        var scenario =
            Scenario.on(TestDatabase.createOn(PostgresServer.of(postgres)), TestTopics.create())) {
      try (Service first = scenario.start()) {
        insert(scenario, ASKED_FOR, "date_trunc('day', now()) - interval '1 day'");
        awaitOpen(scenario, 1);
        assertThat(first.hasFailed()).isFalse();
      }
      resend(scenario, ASKED_FOR);
      LostSlot.drop(scenario);
      try (Service second = taking(scenario)) {
        Scenario.awaitReady(second);
        scenario.awaitEvents(1);
        LostSlot.drop(scenario);
        scenario.append("after");
        scenario.awaitEvents(2);
        Scenario.awaitReady(second);
      }
      assertThat(ids(scenario)).hasSize(2).containsOnlyOnce(ASKED_FOR.toString());
    }
  }

  /** A relay of a release that knows the type. */
  private static Service taking(Scenario scenario) {
    RelayConfig config = scenario.config;
    RelayConfig.Kafka kafka = config.kafka();
    return RelayMain.start(
        new RelayConfig(
            config.database(),
            new RelayConfig.Kafka(
                kafka.bootstrap(),
                kafka.topicPrefix(),
                kafka.partitions(),
                kafka.replication(),
                RelayConfig.UnknownTypes.ALLOW),
            config.slot(),
            config.reading(),
            config.retention(),
            config.installation(),
            config.admin()),
        Clock.systemUTC());
  }

  private static void insert(Scenario scenario, UUID id, String createdAt) {
    scenario.database.execute(
        """
        insert into outbox_event
          (id, created_at, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at)
        values (?, %s, 'org_1', 'kitchen_task', 't', 'no.such.type', '{}', '{"version":1}', now())\
        """
            .formatted(createdAt),
        id);
  }

  /** As the operator's command does it. */
  private static void resend(Scenario scenario, UUID id) {
    scenario.database.strings(
        """
        with settled as (
          update relay_quarantine set settled_at = now(), settled_by = 'resend'
          where event_id = ? returning event_id)
        select pg_logical_emit_message(true, 'tailrace.resend', event_id::text) from settled\
        """,
        id);
  }

  private static void awaitOpen(Scenario scenario, int count) {
    Await.until(
        count + " are in quarantine",
        Duration.ofSeconds(20),
        () ->
            scenario.database.count(
                    "select count(*) from relay_quarantine where settled_at is null")
                == count);
  }

  private static List<String> ids(Scenario scenario) {
    return scenario.events().stream().map(event -> Scenario.header(event, "ce_id")).toList();
  }
}
