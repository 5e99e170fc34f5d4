package dev.tailrace.relay;

import java.util.List;

/**
 * Rows in the order of their commits, never none.
 *
 * @param end where the last of them stands in the WAL
 */
record Batch(List<OutboxRow> rows, WalPlace end) {

  Batch {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("a batch has rows");
    }
    rows = List.copyOf(rows);
  }
}
