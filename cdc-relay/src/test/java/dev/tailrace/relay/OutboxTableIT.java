package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutboxTableIT {

  @Test
  void cutsWhatItReadsByBytesAndByRows() throws Exception {
    try (var scenario = Scenario.create()) {
      scenario.database.execute(
          """
          insert into outbox_event
            (id, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at)
          select ('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, 'org_1',
            'kitchen_task', 't', 'kitchen.task.claimed',
            repeat('x', case when i < 10 then 1048576 else 1 end), '{"version":1}', now()
          from generate_series(0, 999) i\
          """);
      assertThat(chunks(scenario)).containsExactly(4, 4, 992);
    }
  }

  private static List<Integer> chunks(Scenario scenario) throws Exception {
    var postgres = new Postgres(scenario.config.database());
    var slot = new PostgresSlot(postgres, scenario.config.slot().name());
    var sizes = new ArrayList<Integer>();
    try (var snapshot = slot.create()) {
      new OutboxTable(postgres, scenario.config.slot())
          .readUnsent(
              snapshot,
              new OutboxTable.Since(Optional.empty(), false),
              (since, ids) -> {},
              rows -> sizes.add(rows.size()));
    }
    return sizes;
  }
}
