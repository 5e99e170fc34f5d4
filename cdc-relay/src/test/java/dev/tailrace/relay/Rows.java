package dev.tailrace.relay;

import dev.tailrace.testkit.TestDatabase;

/** Rows put into the outbox past its door, as a bulk load would. */
final class Rows {

  /** As awk's printf takes it, with the row's number, its key's, and its number again. */
  private static final String LINE =
      String.join(
          "\\t",
          "00000000-0000-7000-8000-%012d",
          "org_1",
          "kitchen_task",
          "task-%d",
          "kitchen.task.claimed",
          "{\\\"n\\\":%d}",
          "{\\\"version\\\":1}",
          "2026-11-20 12:00:00Z\\n");

  private Rows() {}

  /** Many rows by one COPY: they share their LSNs. */
  static void copy(TestDatabase database, int rows) {
    String program =
        "awk 'BEGIN { for (i = 0; i < " + rows + "; i++) printf \"" + LINE + "\", i, i % 20, i }'";
    database.execute(
        """
        copy outbox_event
          (id, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at)
        from program $$"""
            + program
            + "$$");
  }
}
