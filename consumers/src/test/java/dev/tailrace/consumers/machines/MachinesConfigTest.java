package dev.tailrace.consumers.machines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.contracts.sealing.SealingKeys;
import dev.tailrace.contracts.service.ConfigurationException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MachinesConfigTest {

  private static final String KEYS = SealingKeys.fresh();

  private static Map<String, String> environment() {
    var environment = new HashMap<String, String>();
    environment.put("MACHINES_DB_URL", "jdbc:postgresql://localhost/tailrace");
    environment.put("MACHINES_DB_USER", "tailrace");
    environment.put("MACHINES_KAFKA_BOOTSTRAP", "localhost:9092");
    environment.put("MACHINES_INSTANCE", "machines-0");
    environment.put("MACHINES_STATE_DIR", "/var/lib/tailrace");
    environment.put("MACHINES_DAYTONA_API_KEY", "dtn_1");
    environment.put("MACHINES_SEALING_KEYS", KEYS);
    environment.put("MACHINES_PUBLIC_URL", "https://api.example.com/");
    return environment;
  }

  @Test
  void isAtDaytonasOwnUnlessTold() {
    MachinesConfig config = MachinesConfig.from(environment());

    assertThat(config.daytona().api()).hasToString("https://app.daytona.io/api");
    assertThat(config.daytona().apiKey()).isEqualTo("dtn_1");
    assertThat(config.daytona().perSecond()).isEqualTo(5);
    assertThat(config.reconcileEvery()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.platform().api()).isEqualTo("https://api.example.com");
    assertThat(config.admin().port()).isEqualTo(8088);
  }

  @Test
  void showsNoSecret() {
    assertThat(MachinesConfig.from(environment()).toString())
        .doesNotContain("dtn_1")
        .doesNotContain(KEYS);
  }

  @Test
  void whatIsMissingIsToldAtOnce() {
    Map<String, String> without = environment();
    List<String> needed = List.of("DAYTONA_API_KEY", "SEALING_KEYS", "PUBLIC_URL");
    needed.forEach(key -> without.remove("MACHINES_" + key));

    assertThatThrownBy(() -> MachinesConfig.from(without))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll(
            "MACHINES_DAYTONA_API_KEY", "MACHINES_SEALING_KEYS", "MACHINES_PUBLIC_URL");
  }

  @Test
  void whatCanNotBeReadIsToldAndASecretNotShown() {
    Map<String, String> broken = environment();
    broken.put("MACHINES_SEALING_KEYS", "{\"secret\":1}");
    broken.put("MACHINES_PUBLIC_URL", "api.example.com");
    broken.put("MACHINES_RECONCILE_EVERY", "0s");
    broken.put("MACHINES_DAYTONA_PER_SECOND", "0");

    assertThatThrownBy(() -> MachinesConfig.from(broken))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll(
            "MACHINES_SEALING_KEYS",
            "is not a Tink keyset",
            "\"api.example.com\" is not",
            "\"0s\" is not",
            "MACHINES_DAYTONA_PER_SECOND")
        .hasMessageNotContaining("{\"secret\"");
  }
}
