package dev.tailrace.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BytesTest {

  @Test
  void saysTheLargestUnitThatFits() {
    assertThat(Bytes.inWords(0)).isEqualTo("0 bytes");
    assertThat(Bytes.inWords(1_023)).isEqualTo("1023 bytes");
    assertThat(Bytes.inWords(1_024)).isEqualTo("1.0 KiB");
    assertThat(Bytes.inWords(1_258_291)).isEqualTo("1.2 MiB");
    assertThat(Bytes.inWords(3L << 30)).isEqualTo("3.0 GiB");
    assertThat(Bytes.inWords(Long.MAX_VALUE)).isEqualTo("8.0 EiB");
    assertThat(Bytes.inWords(-2_048)).isEqualTo("-2.0 KiB");
  }
}
