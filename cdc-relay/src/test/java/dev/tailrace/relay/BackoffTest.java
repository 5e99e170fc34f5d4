package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

  @Test
  void doublesUpToTenSecondsAndBeginsAgainAfterASuccess() {
    var backoff = new Backoff();
    assertThat(IntStream.range(0, 10).mapToObj(_ -> backoff.next().toMillis()))
        .containsExactly(
            200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 10_000L, 10_000L, 10_000L, 10_000L);
    backoff.reset();
    assertThat(backoff.next()).isEqualTo(Duration.ofMillis(200));
  }
}
