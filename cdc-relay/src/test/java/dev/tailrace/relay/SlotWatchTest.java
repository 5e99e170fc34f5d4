package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SlotWatchTest {

  private long nanos;
  private final SlotWatch watch = new SlotWatch(() -> nanos);

  @Test
  void tellsHowLongTheOldestHasWaited() {
    look(100, 100);
    assertThat(watch.lag()).isZero();
    look(200, 100);
    look(300, 100);
    look(400, 100);
    assertThat(watch.lag()).isEqualTo(Duration.ofSeconds(10));
    look(500, 250);
    assertThat(watch.lag()).as("what was written at 300").isEqualTo(Duration.ofSeconds(10));
    look(600, 600);
    assertThat(watch.lag()).isZero();
  }

  @Test
  void seesAProblemWhenWhatWaitsGoesNowhere() {
    look(100, 100);
    for (int i = 0; i < 14; i++) {
      look(200, 100);
    }
    assertThat(watch.problem()).hasValueSatisfying(it -> assertThat(it).contains("no progress"));
    watch.acknowledged();
    assertThat(watch.problem()).as("a long transaction is on its way").isEmpty();
  }

  @Test
  void seesNoneWhenNothingWaits() {
    for (int i = 0; i < 100; i++) {
      look(100 + i, 100 + i);
    }
    assertThat(watch.sinceAcknowledged()).isEqualTo(Duration.ofSeconds(500));
    assertThat(watch.problem()).isEmpty();
  }

  private void look(long written, long confirmed) {
    nanos += Duration.ofSeconds(5).toNanos();
    watch.look(new SlotReport(true, written, confirmed, 0, "reserved"));
  }
}
