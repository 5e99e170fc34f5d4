package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static final Duration YOUNG = Duration.ZERO;

  @Test
  void aScheduleIsFollowedStepByStepAndThenEnds() {
    Backoff backoff = Backoff.schedule("5s 30s 1h*2").jitter(0);

    assertThat(backoff.delay(1, YOUNG, 0.9)).contains(Duration.ofSeconds(5));
    assertThat(backoff.delay(2, YOUNG, 0.9)).contains(Duration.ofSeconds(30));
    assertThat(backoff.delay(3, YOUNG, 0.9)).contains(Duration.ofHours(1));
    assertThat(backoff.delay(4, YOUNG, 0.9)).contains(Duration.ofHours(1));
    assertThat(backoff.delay(5, YOUNG, 0.9)).isEmpty();
  }

  @Test
  void jitterTakesUpToItsShareOff() {
    Backoff backoff = Backoff.schedule("100s").jitter(0.2);

    assertThat(backoff.delay(1, YOUNG, 0)).contains(Duration.ofSeconds(100));
    assertThat(backoff.delay(1, YOUNG, 0.5)).contains(Duration.ofSeconds(90));
  }

  @Test
  void exponentialDelaysDoubleUpToTheLongestAndStayThere() {
    Backoff backoff = Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(5)).jitter(0);

    assertThat(backoff.delay(3, YOUNG, 0)).contains(Duration.ofSeconds(4));
    assertThat(backoff.delay(4, YOUNG, 0)).contains(Duration.ofSeconds(5));
    assertThat(backoff.delay(1_000_000, YOUNG, 0)).contains(Duration.ofSeconds(5));
  }

  @Test
  void whatIsTooOldIsGivenUp() {
    Backoff backoff =
        Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(5))
            .forAtMost(Duration.ofHours(1));

    assertThat(backoff.delay(9, Duration.ofHours(1), 0)).isPresent();
    assertThat(backoff.delay(9, Duration.ofMinutes(61), 0)).isEmpty();
  }

  @Test
  void aStepThatIsNoneIsNamed() {
    assertThatThrownBy(() -> Backoff.schedule("5s soon"))
        .hasMessage("'soon' is no step of a schedule such as \"5s 30s 2m 1h*24\"");
  }
}
