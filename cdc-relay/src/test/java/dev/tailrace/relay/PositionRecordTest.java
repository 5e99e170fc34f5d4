package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionRecordTest {

  private static final Server SERVER = new Server("7589123456789012345", 3);

  @Test
  void readsEveryPhaseAsItWasWritten() {
    var begun = new Position.Backfilling(7, SERVER);
    assertThat(PositionRecord.read(PositionRecord.write(begun))).isEqualTo(begun);
    var complete = begun.after(3).complete();
    assertThat(complete).isEqualTo(new Position.Streaming(10, SERVER, Optional.empty()));
    assertThat(PositionRecord.read(PositionRecord.write(complete))).isEqualTo(complete);
    var later =
        new Position.Streaming(
            11, SERVER, Optional.of(new WalPlace(Long.MAX_VALUE, 4_000_000_000L)));
    assertThat(PositionRecord.read(PositionRecord.write(later))).isEqualTo(later);
  }

  @Test
  void isALineThatAPersonCanRead() {
    var position = new Position.Streaming(11, SERVER, Optional.of(new WalPlace(255, 42)));
    assertThat(PositionRecord.write(position))
        .isEqualTo(
            """
            {"phase":"streaming","nextSeq":11,"systemIdentifier":"7589123456789012345",\
            "timeline":3,"lsn":255,"transaction":42}""");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "no JSON", "{\"phase\":\"streaming\"}", "{\"nextSeq\":1}"})
  void refusesWhatIsNoPosition(String text) {
    assertThatThrownBy(() -> PositionRecord.read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no position");
  }
}
