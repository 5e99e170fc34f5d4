package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A row without a way into Kafka is put aside with its reason, and the stream goes on. */
class RelayQuarantineIT {

  private static final String ID = "00000000-0000-7000-8000-000000000001";

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
  void takesARowWhoseTypeHasNoTopic() throws Exception {
    Service service = scenario.start();
    insert("no.such.type", 1);
    scenario.append("behind it");
    scenario.awaitEvents(1);
    assertThat(scenario.events()).extracting(ConsumerRecord::key).containsExactly("behind it");
    assertThat(quarantined()).hasSize(1).first().asString().contains(ID, "no.such.type");
    assertThat(open()).containsExactly("no.such.type is not in the catalogue");
    Scenario.awaitReady(service);
    assertThat(service.meters().get("tailrace.relay.quarantined").counter().count()).isEqualTo(1);
  }

  @Test
  void takesARowThatIsTooLargeOutOfTheMiddleOfATransaction() throws Exception {
    scenario.start();
    try (Connection connection = scenario.database.connect()) {
      connection.setAutoCommit(false);
      Scenario.append(connection, "before it");
      try (var statement = connection.createStatement()) {
        statement.execute(insertion("kitchen.task.claimed", 5_000_000));
      }
      Scenario.append(connection, "behind it");
      connection.commit();
    }
    scenario.awaitEvents(2);
    assertThat(scenario.events())
        .extracting(ConsumerRecord::key)
        .containsExactlyInAnyOrder("before it", "behind it");
    assertThat(scenario.seqs()).containsExactly(Seq.text(1), Seq.text(3));
    assertThat(open()).hasSize(1).first().asString().contains("bytes");
  }

  @Test
  void sendsARowAgainThatWasAskedForOnceAndAfterARestartNoSecondTime() throws Exception {
    Service first = scenario.start();
    insert("no.such.type", 1);
    Await.until("it is put aside", () -> !open().isEmpty());
    scenario.database.execute(
        "update outbox_event set type = 'kitchen.task.claimed' where id = ?::uuid", ID);
    resend();
    scenario.awaitEvents(1);
    assertThat(Scenario.header(scenario.events().getFirst(), "ce_id")).isEqualTo(ID);
    first.close();

    scenario.start();
    scenario.append("after");
    scenario.awaitEvents(2);
    assertThat(scenario.events()).hasSize(2);
    assertThat(scenario.seqs()).containsExactly(Seq.text(2), Seq.text(3));
  }

  @Test
  void putsARowAsideAgainThatIsRefusedAgain() throws Exception {
    scenario.start();
    insert("no.such.type", 1);
    Await.until("it is put aside", () -> !open().isEmpty());
    resend();
    Await.until("it is back", () -> !open().isEmpty());
    assertThat(quarantined()).hasSize(2);
  }

  @Test
  void goesOnWhenARowThatIsAskedForIsGone() throws Exception {
    scenario.start();
    scenario.database.strings("select pg_logical_emit_message(true, 'tailrace.resend', ?)", ID);
    scenario.append("after");
    scenario.awaitEvents(1);
  }

  private void insert(String type, int bytes) {
    scenario.database.execute(insertion(type, bytes));
  }

  private static String insertion(String type, int bytes) {
    return """
        insert into outbox_event
          (id, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at)
        values ('%s', 'org_1', 'kitchen_task', 't', '%s', repeat('x', %d), '{"version":1}', now())"""
        .formatted(ID, type, bytes);
  }

  /** As the operator's command does it. */
  private void resend() throws SQLException {
    try (Connection connection = scenario.database.connect();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "update relay_quarantine set settled_at = now(), settled_by = 'resend' where event_id = '%s'"
              .formatted(ID));
      statement.execute(
          "select pg_logical_emit_message(true, 'tailrace.resend', '%s')".formatted(ID));
      connection.commit();
    }
  }

  private List<String> open() {
    return scenario.database.strings(
        "select split_part(replace(reason, 'type no', 'no'), ':', 1) from relay_quarantine where settled_at is null");
  }

  private List<String> quarantined() {
    return scenario.topics.readAll("relay.quarantine").stream()
        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
        .toList();
  }
}
