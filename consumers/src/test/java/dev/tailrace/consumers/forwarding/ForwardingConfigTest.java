package dev.tailrace.consumers.forwarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.contracts.sealing.SealingKeys;
import dev.tailrace.contracts.service.ConfigurationException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ForwardingConfigTest {

  private static Map<String, String> environment() {
    var environment = new HashMap<String, String>();
    environment.put("FORWARDING_DB_URL", "jdbc:postgresql://localhost/tailrace");
    environment.put("FORWARDING_DB_USER", "tailrace");
    environment.put("FORWARDING_KAFKA_BOOTSTRAP", "localhost:9092");
    environment.put("FORWARDING_INSTANCE", "forwarding-0");
    environment.put("FORWARDING_STATE_DIR", "/var/lib/tailrace");
    environment.put("FORWARDING_SEALING_KEYS", SealingKeys.fresh());
    environment.put("FORWARDING_RESEND_API_KEY", "re_1");
    return environment;
  }

  @Test
  void dialsPublicAddressesAloneUnlessTold() {
    ForwardingConfig config = ForwardingConfig.from(environment());

    assertThat(config.allowed()).isEqualTo(AllowedAddresses.publicOnly());
    assertThat(config.resend().url()).hasToString("https://api.resend.com");
    assertThat(config.resend().perSecond()).isEqualTo(2);
    assertThat(config.ownDomains()).isEmpty();
    assertThat(config.admin().port()).isEqualTo(8087);
    assertThat(config.toString()).doesNotContain("re_1");
  }

  @Test
  void readsNetworksAndDomains() {
    Map<String, String> environment = environment();
    environment.put("FORWARDING_ALLOWED_NETWORKS", "127.0.0.0/8, ::1");
    environment.put("FORWARDING_OWN_DOMAINS", "example.com,mail.example.org");
    ForwardingConfig config = ForwardingConfig.from(environment);

    assertThat(config.allowed().allows(InetAddress.ofLiteral("127.0.0.1"))).isTrue();
    assertThat(config.allowed().allows(InetAddress.ofLiteral("::1"))).isTrue();
    assertThat(config.allowed().allows(InetAddress.ofLiteral("10.0.0.1"))).isFalse();
    assertThat(config.ownDomains()).containsExactly("example.com", "mail.example.org");
  }

  @Test
  void tellsAllThatIsWrongAtOnceAndNoSecret() {
    Map<String, String> wrong = environment();
    wrong.remove("FORWARDING_RESEND_API_KEY");
    wrong.put("FORWARDING_SEALING_KEYS", "{\"key\":\"c2VjcmV0\"}");
    wrong.put("FORWARDING_ALLOWED_NETWORKS", "127.0.0.0/8,localhost");
    wrong.put("FORWARDING_OWN_DOMAINS", "ann@example.com");

    assertThatThrownBy(() -> ForwardingConfig.from(wrong))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("FORWARDING_RESEND_API_KEY")
        .hasMessageContaining("FORWARDING_SEALING_KEYS")
        .hasMessageContaining("is not a Tink keyset")
        .hasMessageContaining("FORWARDING_ALLOWED_NETWORKS")
        .hasMessageContaining("FORWARDING_OWN_DOMAINS")
        .hasMessageNotContaining("c2VjcmV0");
  }

  @Test
  void wantsTheKeysOfTheMachinesSecrets() {
    Map<String, String> without = environment();
    without.remove("FORWARDING_SEALING_KEYS");

    assertThatThrownBy(() -> ForwardingConfig.from(without))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("FORWARDING_SEALING_KEYS");
  }
}
