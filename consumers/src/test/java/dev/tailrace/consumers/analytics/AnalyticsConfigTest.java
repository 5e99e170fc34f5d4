package dev.tailrace.consumers.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.contracts.service.ConfigurationException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnalyticsConfigTest {

  private static Map<String, String> environment() {
    var environment = new HashMap<String, String>();
    environment.put("ANALYTICS_DB_URL", "jdbc:postgresql://localhost/tailrace");
    environment.put("ANALYTICS_DB_USER", "tailrace");
    environment.put("ANALYTICS_KAFKA_BOOTSTRAP", "localhost:9092");
    environment.put("ANALYTICS_INSTANCE", "analytics-0");
    environment.put("ANALYTICS_STATE_DIR", "/var/lib/tailrace");
    environment.put("ANALYTICS_POSTHOG_KEY", "phc_1");
    return environment;
  }

  @Test
  void isOfTheCloudInTheUsUnlessTold() {
    AnalyticsConfig config = AnalyticsConfig.from(environment());

    assertThat(config.project().key()).isEqualTo("phc_1");
    assertThat(config.project().host()).hasToString("https://us.i.posthog.com");
    assertThat(config.admin().port()).isEqualTo(8086);
    assertThat(config.toString()).doesNotContain("phc_1");
  }

  @Test
  void wantsAKey() {
    Map<String, String> without = environment();
    without.remove("ANALYTICS_POSTHOG_KEY");

    assertThatThrownBy(() -> AnalyticsConfig.from(without))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("ANALYTICS_POSTHOG_KEY");
  }
}
