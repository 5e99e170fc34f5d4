package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SeqTest {

  @Test
  void hasNineteenDigitsThatCompareAsTheNumbersDo() {
    assertThat(Seq.text(1)).isEqualTo("0000000000000000001");
    assertThat(Seq.text(Long.MAX_VALUE)).isEqualTo("9223372036854775807");
    assertThat(Seq.text(9)).isLessThan(Seq.text(10));
  }

  @Test
  void beginsAtOne() {
    assertThatThrownBy(() -> Seq.text(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
