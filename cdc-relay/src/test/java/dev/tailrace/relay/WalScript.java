package dev.tailrace.relay;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What a slot sends, made up: transactions by the LSN of their commit, rows by their number. */
final class WalScript {

  static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

  static final RelayConfig.Slot SLOT = new RelayConfig.Slot("s", "p");

  private WalScript() {}

  static Position.Streaming beginning() {
    return new Position.Streaming(
        Seq.FIRST, new Server("1", 1), 0, Optional.empty(), Optional.empty());
  }

  /** With its begin, and its end one byte after its commit. */
  static List<WalEvent> transaction(long commitLsn, int rows) {
    var events = new ArrayList<WalEvent>();
    events.add(new WalEvent.Begin(commitLsn, commitLsn, NOON.plusMillis(commitLsn)));
    for (int i = 0; i < rows; i++) {
      events.add(new WalEvent.Inserted(row(commitLsn + "." + i)));
    }
    events.add(new WalEvent.End(commitLsn + 1));
    return events;
  }

  /** A transaction that changes the number of shards. */
  static List<WalEvent> cutOver(long commitLsn, CutOver cutOver) {
    return List.of(
        new WalEvent.Begin(commitLsn, commitLsn, NOON.plusMillis(commitLsn)),
        new WalEvent.CutOverAsked(cutOver),
        new WalEvent.End(commitLsn + 1));
  }

  private static OutboxRow row(String name) {
    return new OutboxRow(
        new UUID(0, name.hashCode()), "t", "kind", name, "a.b", "{}", "{}", NOON, NOON);
  }

  /** The rows' names. */
  static List<String> ids(Cursor.Step step) {
    return step.items().stream().map(item -> ((Cursor.Item.Row) item).row().aggregateId()).toList();
  }
}
