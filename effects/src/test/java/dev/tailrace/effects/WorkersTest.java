package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkersTest {

  @Test
  void halfOfThemAreNeverForThePast() {
    try (var workers = new Workers(Runnable::run, 5)) {
      for (int i = 0; i < 3; i++) {
        assertThat(workers.tryTake(true)).isTrue();
      }
      assertThat(workers.tryTake(true)).isFalse();
      assertThat(workers.free(true)).isZero();
      assertThat(workers.free(false)).isEqualTo(2);

      assertThat(workers.tryTake(false)).isTrue();
      assertThat(workers.tryTake(false)).isTrue();
      assertThat(workers.tryTake(false)).isFalse();

      workers.giveBack();
      assertThat(workers.tryTake(true)).as("what is free is kept for the others").isFalse();
    }
  }

  @Test
  void aSingleOneIsForBoth() {
    try (var workers = new Workers(Runnable::run, 1)) {
      assertThat(workers.tryTake(true)).isTrue();
      workers.giveBack();
      assertThat(workers.tryTake(false)).isTrue();
    }
  }
}
