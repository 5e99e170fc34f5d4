package dev.tailrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.tailrace.testkit.Seeds;
import org.junit.jupiter.api.Test;

final class PaceLaws {

  @Test
  void asManyAreDueInASecondAsWereAskedFor() {
    Seeds.forEach(
        200,
        seed -> {
          int perSecond = seed.between(1, 100_000);
          var pace = new Pace(seed.number() / 4, perSecond);
          long second = seed.below(10_000);
          assertThat(pace.due(second * perSecond) - pace.begin())
              .isCloseTo(second * 1_000_000_000, offset(10L));
        });
  }

  @Test
  void noneIsDueBeforeTheOneBeforeIt() {
    Seeds.forEach(
        200,
        seed -> {
          var pace = new Pace(0, seed.between(1, 1_000_000) / 7.0);
          long number = seed.below(1_000_000_000);
          assertThat(pace.due(number)).isLessThanOrEqualTo(pace.due(number + 1));
        });
  }

  @Test
  void allAreDueAtOnceWhereThereIsNoRate() {
    assertThat(new Pace(7, Double.POSITIVE_INFINITY).due(1_000_000)).isEqualTo(7);
  }

  @Test
  void whatIsLateIsNotAwaited() {
    long before = System.nanoTime();
    Pace.await(before - 1);
    assertThat(System.nanoTime() - before).isLessThan(1_000_000_000);
  }

  @Test
  void whatIsNotDueYetIsAwaited() {
    long due = System.nanoTime() + 2_000_000;
    Pace.await(due);
    assertThat(System.nanoTime()).isGreaterThanOrEqualTo(due);
  }
}
