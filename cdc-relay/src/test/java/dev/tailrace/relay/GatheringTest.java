package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GatheringTest {

  private final Gathering gathering = new Gathering();
  private long now = 17;

  @Test
  void letsNothingWaitUpToSomeThousandRowsASecond() {
    assertThat(gathering.nanos()).isZero();
    at(1_000);
    assertThat(gathering.nanos()).isZero();
    at(5_000);
    assertThat(gathering.nanos()).isZero();
  }

  @Test
  void growsWithTheRateUpToItsBound() {
    at(20_000);
    assertThat(millis()).isBetween(30L, 45L);
    at(40_000);
    assertThat(millis()).isBetween(80L, 95L);
    at(1_000_000);
    assertThat(millis()).isEqualTo(150);
  }

  @Test
  void isGoneSoonAfterABacklog() {
    at(80_000);
    for (int i = 0; i < 5; i++) {
      transaction(1, Duration.ofMillis(20));
    }
    assertThat(gathering.nanos()).isZero();
  }

  /** For long enough that what was before is forgotten. */
  private void at(int rowsPerSecond) {
    for (int i = 0; i < 30; i++) {
      transaction(rowsPerSecond / 100, Duration.ofMillis(10));
    }
  }

  private void transaction(int rows, Duration since) {
    now += since.toNanos();
    gathering.committed(rows, now);
  }

  private long millis() {
    return Duration.ofNanos(gathering.nanos()).toMillis();
  }
}
