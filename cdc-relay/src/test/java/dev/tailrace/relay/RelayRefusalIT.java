package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.service.Service;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A row without a way into Kafka ends the relay; it is named, and never skipped. */
class RelayRefusalIT {

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
  void namesARowWhoseTypeHasNoTopic() throws Exception {
    Service service = scenario.start();
    insert("no.such.type", 1);
    assertThat(service.awaitEnd().orElseThrow())
        .hasMessageContaining(ID)
        .hasMessageContaining("no.such.type is not in the catalogue");
    assertThat(scenario.events()).isEmpty();
  }

  @Test
  void namesARowThatIsTooLargeForKafka() throws Exception {
    Service service = scenario.start();
    insert("kitchen.task.claimed", 5_000_000);
    assertThat(service.awaitEnd().orElseThrow())
        .hasMessageContaining(ID)
        .hasMessageContaining("bytes");
    assertThat(scenario.events()).isEmpty();
  }

  private void insert(String type, int bytes) {
    scenario.database.execute(
        """
        insert into outbox_event
          (id, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at)
        values (?::uuid, 'org_1', 'kitchen_task', 't', ?, repeat('x', ?), '{"version":1}', now())""",
        ID,
        type,
        bytes);
  }
}
