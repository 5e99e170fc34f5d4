package dev.tailrace.consumers.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.contracts.service.ConfigurationException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JournalConfigTest {

  @Test
  void keepsAMonthUnlessTold() {
    var config =
        JournalConfig.from(
            Map.of(
                "JOURNAL_DB_URL", "jdbc:postgresql://db/tailrace",
                "JOURNAL_DB_USER", "journal",
                "JOURNAL_KAFKA_BOOTSTRAP", "kafka:9092"));

    assertThat(config.retention()).isEqualTo(Duration.ofDays(30));
    assertThat(config.lagLimit()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.admin().port()).isEqualTo(8085);
  }

  @Test
  void tellsEveryProblemAtOnce() {
    assertThatThrownBy(
            () ->
                JournalConfig.from(
                    Map.of("JOURNAL_RETENTION", "2h", "JOURNAL_KAFKA_BOOTSTRP", "kafka:9092")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("JOURNAL_DB_URL")
        .hasMessageContaining("JOURNAL_RETENTION")
        .hasMessageContaining("did you mean JOURNAL_KAFKA_BOOTSTRAP?");
  }
}
