package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KafkaTopicsTest {

  @Test
  void keepsAsManyCopiesAsThereAreBrokersUpToThree() {
    assertThat(IntStream.rangeClosed(0, 5).map(KafkaTopics::byBrokers))
        .containsExactly(1, 1, 2, 3, 3, 3);
  }
}
