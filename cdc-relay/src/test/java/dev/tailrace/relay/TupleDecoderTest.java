package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TupleDecoderTest {

  private static final Instant COMMITTED = Instant.parse("2026-01-31T12:00:00Z");
  private static final String ID = "0199a4c1-0000-7000-8000-000000000001";

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

  private static final List<String> VALUES =
      List.of(
          ID,
          "org_1",
          "kitchen_task",
          "tâche-1 😀",
          "kitchen.task.claimed",
          "{\"a\": \"ü\"}",
          "{}",
          "2026-01-31 10:00:00.5+00");

  private static final OutboxRow ROW =
      new OutboxRow(
          UUID.fromString(ID),
          "org_1",
          "kitchen_task",
          "tâche-1 😀",
          "kitchen.task.claimed",
          "{\"a\": \"ü\"}",
          "{}",
          Instant.parse("2026-01-31T10:00:00.5Z"),
          COMMITTED);

  @Test
  void readsARow() {
    var decoder = new TupleDecoder(COLUMNS);
    assertThat(decoder.row(tuple(VALUES), COMMITTED)).isEqualTo(ROW);
  }

  @Test
  void readsColumnsInWhateverOrderTheTableHasThem() {
    var columns = new ArrayList<>(COLUMNS);
    var values = new ArrayList<>(VALUES);
    Collections.reverse(columns);
    Collections.reverse(values);
    assertThat(new TupleDecoder(columns).row(tuple(values), COMMITTED)).isEqualTo(ROW);
  }

  @Test
  void passesOverColumnsThatAreNotOurs() {
    var columns = new ArrayList<>(COLUMNS);
    var values = new ArrayList<>(VALUES);
    columns.add(1, "created_at");
    values.add(1, "2026-01-31 10:00:00+00");
    columns.add("note");
    values.add("");
    assertThat(new TupleDecoder(columns).row(tuple(values), COMMITTED)).isEqualTo(ROW);
  }

  @Test
  void readsFromTheMiddleOfABuffer() {
    ByteBuffer tuple = tuple(VALUES);
    ByteBuffer larger = ByteBuffer.allocate(tuple.remaining() + 20);
    larger.put(new byte[10]).put(tuple).flip();
    ByteBuffer middle = larger.position(3).slice();
    middle.position(7);
    assertThat(new TupleDecoder(COLUMNS).row(middle, COMMITTED)).isEqualTo(ROW);
  }

  @Test
  void refusesATableThatLacksAColumn() {
    assertThatThrownBy(() -> new TupleDecoder(COLUMNS.subList(0, 7)))
        .isInstanceOf(CannotGoOnException.class)
        .hasMessageContaining("no column occurred_at");
  }

  @Test
  void refusesAColumnWithoutAText() {
    for (char kind : new char[] {'n', 'u', 'b'}) {
      ByteBuffer tuple = tuple(VALUES);
      tuple.put(Short.BYTES, (byte) kind);
      assertThatThrownBy(() -> new TupleDecoder(COLUMNS).row(tuple, COMMITTED))
          .isInstanceOf(CannotGoOnException.class)
          .hasMessageContaining("came as '" + kind + "'");
    }
  }

  /** As pgoutput has it: the number of columns, then kind, length and bytes of each. */
  private static ByteBuffer tuple(List<String> values) {
    ByteBuffer tuple = ByteBuffer.allocate(1_000);
    tuple.putShort((short) values.size());
    for (String value : values) {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      tuple.put((byte) 't').putInt(bytes.length).put(bytes);
    }
    return tuple.flip();
  }
}
