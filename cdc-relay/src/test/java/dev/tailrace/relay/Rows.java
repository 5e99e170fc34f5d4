package dev.tailrace.relay;

import dev.tailrace.testkit.TestDatabase;

/** Rows put into the outbox past its door, as a bulk load would. */
final class Rows {

  private Rows() {}

  /** Many rows by one COPY: they share their LSNs. */
  static void copy(TestDatabase database, int rows) {
    database.execute(
        """
        copy outbox_event (id, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at)
        from program $$awk 'BEGIN { for (i = 0; i < %d; i++) printf
          "00000000-0000-7000-8000-%%012d\\torg_1\\tkitchen_task\\ttask-%%d\\tkitchen.task.claimed\\t{\\"n\\":%%d}\\t{\\"version\\":1}\\t2026-11-20 12:00:00Z\\n",
          i, i %% 20, i }'$$"""
            .formatted(rows)
            .replaceAll("\\n +\"", " \"")
            .replaceAll("\\n +i,", " i,"));
  }
}
