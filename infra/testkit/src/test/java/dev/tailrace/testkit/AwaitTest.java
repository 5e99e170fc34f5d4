package dev.tailrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class AwaitTest {
  @Test
  void looksUntilItIsSo() {
    var looks = new AtomicInteger();
    Await.until("three looks", () -> looks.incrementAndGet() == 3);
    Await.untilAsserted("two more looks", () -> assertThat(looks.incrementAndGet()).isEqualTo(5));
  }

  @Test
  void saysWhatNeverCameToBe() {
    assertThatThrownBy(() -> Await.until("the moon is cheese", Duration.ofMillis(50), () -> false))
        .hasMessageContaining("the moon is cheese");
  }
}
