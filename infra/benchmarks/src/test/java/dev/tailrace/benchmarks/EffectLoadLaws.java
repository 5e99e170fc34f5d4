package dev.tailrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.Seeds;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class EffectLoadLaws {

  @Test
  void countsThoseThatAreWellAsCountingOneByOneDoes() {
    Seeds.forEach(
        200,
        seed -> {
          var load =
              new EffectLoad(
                  Duration.ZERO,
                  seed.between(EffectLoad.ONE_IN, 3_000),
                  seed.below(EffectLoad.ONE_IN));
          long count = seed.below(10_000);
          assertThat(load.well(count))
              .isEqualTo(LongStream.range(0, count).filter(number -> !load.isDead(number)).count());
        });
  }

  @Test
  void keepsALaneDeadOrWellForAllItsEffects() {
    Seeds.forEach(
        100,
        seed -> {
          var load = new EffectLoad(Duration.ZERO, seed.between(EffectLoad.ONE_IN, 500), true);
          var dead = new HashMap<Long, Boolean>();
          var names = new HashSet<String>();
          for (long number = 0; number < 2_000; number++) {
            boolean isDead = load.lane(number).startsWith(EffectLoad.DEAD);
            names.add(load.lane(number));
            assertThat(isDead).isEqualTo(load.isDead(number));
            assertThat(dead.merge(number % load.lanes(), isDead, (before, _) -> before))
                .isEqualTo(isDead);
          }
          assertThat(names).hasSize(load.lanes());
        });
  }

  @Test
  void hasOneDeadLaneInAHundred() {
    assertThat(new EffectLoad(Duration.ZERO, 1_000, true).well(1_000)).isEqualTo(990);
    assertThat(new EffectLoad(Duration.ZERO, 50_000, true).well(50_000)).isEqualTo(49_500);
    assertThat(new EffectLoad(Duration.ZERO, 1_000, false).well(1_000)).isEqualTo(1_000);
  }

  @Test
  void tellsThePhaseOfEachNumber() {
    Seeds.forEach(
        50,
        seed -> {
          Phase phase = seed.oneOf(List.of(Phase.values()));
          assertThat(Phase.of(phase.number(seed.below(1_000_000_000)))).isEqualTo(phase);
        });
  }
}
