package dev.tailrace.relay;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** Rows out of what Debezium hands over: changes of the table, among heartbeats and messages. */
final class DebeziumRows {

  private DebeziumRows() {}

  /** The rows among the records; empty when there are none. */
  static Optional<Batch> batch(List<SourceRecord> records) {
    var rows = new ArrayList<OutboxRow>(records.size());
    Optional<WalPlace> end = Optional.empty();
    for (SourceRecord record : records) {
      if (record.value() instanceof Struct change && isRow(change)) {
        Struct source = change.getStruct("source");
        rows.add(row(change.getStruct("after"), source));
        end = Optional.of(new WalPlace(source.getInt64("lsn"), source.getInt64("txId")));
      }
    }
    return end.map(place -> new Batch(rows, place));
  }

  private static boolean isRow(Struct change) {
    return change.schema().field("after") != null;
  }

  private static OutboxRow row(Struct after, Struct source) {
    return new OutboxRow(
        UUID.fromString(after.getString("id")),
        after.getString("tenant_id"),
        after.getString("aggregate_type"),
        after.getString("aggregate_id"),
        after.getString("type"),
        after.getString("payload"),
        after.getString("headers"),
        Instant.parse(after.getString("occurred_at")),
        Instant.ofEpochMilli(source.getInt64("ts_ms")));
  }
}
