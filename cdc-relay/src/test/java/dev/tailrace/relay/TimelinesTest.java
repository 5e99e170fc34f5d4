package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimelinesTest {

  private static final String HISTORY =
      """
      1\t0/3000158\tno recovery target specified

      2\t1/5000060\tbefore 2026-01-31 10:00:00+00
      12\tA/0\tno recovery target specified
      """;

  @Test
  void tellsWhereATimelineWasLeft() {
    assertThat(Timelines.end(HISTORY, 1)).isEqualTo(0x3000158L);
    assertThat(Timelines.end(HISTORY, 2)).isEqualTo(0x1_0500_0060L);
    assertThat(Timelines.end(HISTORY, 12)).isEqualTo(0xA_0000_0000L);
  }

  @Test
  void tellsNothingOfATimelineThatItWasNeverOn() {
    assertThat(Timelines.end(HISTORY, 3)).isZero();
    assertThat(Timelines.end("", 1)).isZero();
  }
}
