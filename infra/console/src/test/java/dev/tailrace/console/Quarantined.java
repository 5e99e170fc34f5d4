package dev.tailrace.console;

import dev.tailrace.testkit.TestDatabase;
import java.util.UUID;

/** Rows of the outbox that a relay has put into quarantine. */
final class Quarantined {

  private Quarantined() {}

  /** A new one. */
  static UUID row(TestDatabase database, String slot, String type, String tenant, String reason) {
    var id = UUID.randomUUID();
    database.execute(
        """
        insert into outbox_event
          (id, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at)
        values (?, ?, 'task', 'task-1', ?, '{}', '{"version": 1}', now())""",
        id,
        tenant,
        type);
    open(database, slot, id, reason);
    return id;
  }

  /** As a relay does when Kafka refuses a row, the first time or again. */
  static void open(TestDatabase database, String slot, UUID id, String reason) {
    database.execute(
        """
        insert into relay_quarantine
          (event_id, row_created_at, slot, type, tenant_id, aggregate_id, reason)
        select id, created_at, ?, type, tenant_id, aggregate_id, ? from outbox_event where id = ?
        on conflict (event_id) do update set
          reason = excluded.reason, quarantined_at = now(), settled_at = null, settled_by = null""",
        slot,
        reason,
        id);
  }
}
