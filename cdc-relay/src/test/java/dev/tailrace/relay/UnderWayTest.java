package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UnderWayTest {

  private final AtomicLong now = new AtomicLong(-7);
  private final UnderWay underWay = new UnderWay(now::get);

  @Test
  void hasNoProblemWhileBatchesComeToTheirEnd() {
    assertThat(underWay.problem()).isEmpty();
    underWay.begin();
    pass(Duration.ofSeconds(5));
    assertThat(underWay.problem()).isEmpty();
    underWay.end();
    pass(Duration.ofHours(1));
    assertThat(underWay.problem()).isEmpty();
  }

  @Test
  void tellsOfABatchThatHasNoAnswer() {
    underWay.begin();
    pass(Duration.ofSeconds(6));
    assertThat(underWay.problem()).contains("Kafka has not taken a batch for 6 s");
    underWay.end();
    assertThat(underWay.problem()).isEmpty();
  }

  @Test
  void tellsWhyATryHasFailedUntilOneDoesNot() {
    underWay.begin();
    underWay.failed("refused");
    assertThat(underWay.problem()).contains("Kafka has not taken a batch for 0 s: refused");
    underWay.end();
    assertThat(underWay.problem()).isEmpty();
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
