package dev.tailrace.relay;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Reads a row of the outbox out of pgoutput's message for it. All columns of the table are texts
 * here, and each is read once; for any table, as Debezium must do it, a column costs several times
 * as much.
 */
final class TupleDecoder {

  private static final List<String> COLUMNS =
      List.of(
          "id",
          "tenant_id",
          "aggregate_type",
          "aggregate_id",
          "type",
          "payload",
          "headers",
          "occurred_at");

  /** Of each column of the relation, its place among ours; -1 for one that is not needed. */
  private final int[] places;

  /**
   * @param relation the names of its columns, in their order
   * @throws CannotGoOnException when a column is not among them
   */
  TupleDecoder(List<String> relation) {
    for (String column : COLUMNS) {
      if (!relation.contains(column)) {
        throw new CannotGoOnException(
            "the publication has no column %s of outbox_event".formatted(column));
      }
    }
    places = relation.stream().mapToInt(COLUMNS::indexOf).toArray();
  }

  /**
   * Reads one.
   *
   * @param tuple from the number of its columns on
   */
  OutboxRow row(ByteBuffer tuple, Instant committedAt) {
    var texts = new String[COLUMNS.size()];
    int columns = tuple.getShort();
    for (int i = 0; i < columns; i++) {
      String text = text(tuple);
      if (places[i] >= 0) {
        texts[places[i]] = text;
      }
    }
    return new OutboxRow(
        UUID.fromString(texts[0]),
        texts[1],
        texts[2],
        texts[3],
        texts[4],
        texts[5],
        texts[6],
        PostgresTime.instant(texts[7]),
        committedAt);
  }

  private static String text(ByteBuffer tuple) {
    byte kind = tuple.get();
    if (kind != 't') {
      throw new CannotGoOnException(
          "a column of outbox_event came as '%c', where none is null or unchanged"
              .formatted((char) kind));
    }
    int length = tuple.getInt();
    int from = tuple.arrayOffset() + tuple.position();
    tuple.position(tuple.position() + length);
    return new String(tuple.array(), from, length, StandardCharsets.UTF_8);
  }
}
