package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.effects.Rate.Pace;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateTest {

  @Test
  void itsBurstIsATenthOfASecondsWorthUnlessTold() {
    assertThat(Rate.perSecond(50)).isEqualTo(new Rate(50, Duration.ofSeconds(1), 6));
    assertThat(Rate.perMinute(50)).isEqualTo(new Rate(50, Duration.ofMinutes(1), 2));
    assertThat(Rate.perSecond(50).burst(1)).isEqualTo(new Rate(50, Duration.ofSeconds(1), 1));
  }

  @Test
  void anInstanceHasTheShareOfItsTasks() {
    Rate rate = Rate.perSecond(10).burst(6);

    assertThat(rate.share(4, 4)).isEqualTo(new Pace(Duration.ofMillis(100), 6));
    assertThat(rate.share(2, 4)).isEqualTo(new Pace(Duration.ofMillis(200), 3));
    assertThat(rate.share(1, 12)).isEqualTo(new Pace(Duration.ofMillis(1_200), 1));
    assertThat(Rate.perSecond(3).share(1, 1).interval())
        .as("rounded so that the rate is never exceeded")
        .isEqualTo(Duration.ofNanos(333_333_334));
  }

  @Test
  void theGreatestRatesCanBeShared() {
    var daily = new Rate(1, Duration.ofDays(1), 1);

    assertThat(daily.share(1, 10_000).interval()).isEqualTo(Duration.ofDays(10_000));
    assertThat(Rate.perSecond(1_000_000).share(1, 1))
        .isEqualTo(new Pace(Duration.ofNanos(1_000), 100_001));
  }

  @Test
  void whatIsNoRateIsRefused() {
    assertThatThrownBy(() -> Rate.perSecond(0)).hasMessageContaining("1 to 1000000 permits");
    assertThatThrownBy(() -> new Rate(1, Duration.ZERO, 1)).hasMessageContaining("was for PT0S");
    assertThatThrownBy(() -> new Rate(1, Duration.ofDays(2), 1)).hasMessageContaining("PT48H");
    assertThatThrownBy(() -> Rate.perMinute(1).burst(0)).hasMessageContaining("a burst is of");
  }
}
