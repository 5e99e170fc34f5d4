package dev.tailrace.consumers.forwarding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandardWebhookSignatureTest {

  private static final String SECRET =
      "whsec_" + Base64.getEncoder().encodeToString("0123456789abcdef01234567".getBytes(UTF_8));

  private static StandardWebhookSignature signature() {
    return StandardWebhookSignature.of(SECRET).orElseThrow();
  }

  @Test
  void isThatOfTheStandardsVector() {
    byte[] body = "{\"id\":\"evt_1\",\"object\":\"event\"}".getBytes(UTF_8);

    assertThat(signature().header("msg_1", Instant.ofEpochSecond(1_700_000_000), body))
        .isEqualTo("v1,X2VGcVScT9YD0x6QkdeQc8jJj6y5jXksIEEbwpKU/3Y=");
  }

  @Test
  void partsOfASecondDoNotCount() {
    byte[] body = "{}".getBytes(UTF_8);
    Instant second = Instant.ofEpochSecond(1_700_000_000);

    assertThat(signature().header("msg_1", second.plusMillis(999), body))
        .isEqualTo(signature().header("msg_1", second, body));
  }

  @Test
  void isOfNothingThatIsNoSecret() {
    for (String wrong : List.of("", "whsec_", "whsec_%%%", SECRET.substring("whsec_".length()))) {
      assertThat(StandardWebhookSignature.of(wrong)).as(wrong).isEmpty();
    }
  }

  @Test
  void tellsNobodyItsKey() {
    assertThat(signature().toString()).doesNotContain(SECRET.substring("whsec_".length()));
  }
}
