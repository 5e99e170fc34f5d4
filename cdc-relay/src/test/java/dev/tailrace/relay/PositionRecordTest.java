package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionRecordTest {

  private static final Server SERVER = new Server("7589123456789012345", 3);

  private static final Instant SINCE = Instant.parse("2026-11-20T12:00:00Z");
  private static final LastTransaction LAST =
      new LastTransaction(
          255, 4_000_000_000L, Instant.parse("2026-11-20T12:00:01.000002Z"), 1_000_000);

  @Test
  void readsEveryPhaseAsItWasWritten() {
    var begun = new Position.Backfilling(7, SERVER, Optional.empty());
    assertThat(PositionRecord.read(PositionRecord.write(begun))).isEqualTo(begun);
    var rebuilding = new Position.Backfilling(7, SERVER, Optional.of(SINCE));
    assertThat(PositionRecord.read(PositionRecord.write(rebuilding))).isEqualTo(rebuilding);
    var complete = begun.after(3).complete(1 << 30, SINCE);
    assertThat(complete)
        .isEqualTo(
            new Position.Streaming(10, SERVER, 1 << 30, Optional.empty(), Optional.of(SINCE)));
    assertThat(PositionRecord.read(PositionRecord.write(complete))).isEqualTo(complete);
    var later =
        new Position.Streaming(11, SERVER, Long.MAX_VALUE, Optional.of(LAST), Optional.of(SINCE));
    assertThat(PositionRecord.read(PositionRecord.write(later))).isEqualTo(later);
  }

  @Test
  void readsAnEndedShardAsItWasWritten() {
    var cutOver = new CutOver(3, "tailrace_relay", 1, 2);
    for (Position.End end :
        List.of(
            new Position.End.Seen(300, LAST),
            new Position.End.Unseen(Optional.of(SINCE)),
            new Position.End.Unseen(Optional.empty()))) {
      var ended = new Position.Drained(7, SERVER, cutOver, end);
      assertThat(PositionRecord.read(PositionRecord.write(ended))).isEqualTo(ended);
    }
  }

  @Test
  void isALineThatAPersonCanRead() {
    var position = new Position.Streaming(11, SERVER, 256, Optional.of(LAST), Optional.empty());
    assertThat(PositionRecord.write(position))
        .isEqualTo(
            """
            {"phase":"streaming","nextSeq":11,"systemIdentifier":"7589123456789012345",\
            "timeline":3,"confirmable":"0/100","commit":"0/FF","transaction":4000000000,\
            "committedAt":"2026-11-20T12:00:01.000002Z","rows":1000000}""");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "no JSON", "{\"phase\":\"streaming\"}", "{\"nextSeq\":1}"})
  void refusesWhatIsNoPosition(String text) {
    assertThatThrownBy(() -> PositionRecord.read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no position");
  }
}
