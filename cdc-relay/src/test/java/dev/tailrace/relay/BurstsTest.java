package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BurstsTest {

  private final Bursts bursts = new Bursts(this::now);
  private long now;

  @Test
  void whoIsBehindStopsThreeTimesAsLongAsTheBurstTook() {
    assertThat(burst(Duration.ofMillis(1))).isEqualTo(Duration.ofMillis(3));
  }

  @Test
  void aStopIsNeverLongerThanTheSocketsHold() {
    assertThat(burst(Bursts.BACKLOG)).isEqualTo(Bursts.LONGEST);
  }

  @Test
  void whoKeepsUpNeverStops() {
    assertThat(burst(Bursts.BACKLOG.plusNanos(1))).isZero();
    assertThat(burst(Duration.ofSeconds(1))).isZero();
  }

  @Test
  void theTimeBeforeABurstIsNotPartOfIt() {
    burst(Duration.ofMillis(1));
    now += Duration.ofHours(1).toNanos();

    assertThat(burst(Duration.ofMillis(1))).isEqualTo(Duration.ofMillis(3));
  }

  private long now() {
    return now;
  }

  /** Reads a whole burst that takes so long; answers the stop after it. */
  private Duration burst(Duration took) {
    long begin = now;
    for (int i = 1; i < Bursts.MESSAGES; i++) {
      assertThat(bursts.read()).isZero();
    }
    now = begin + took.toNanos();
    return Duration.ofNanos(bursts.read());
  }
}
