package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RelayConfigTest {

  private static final Map<String, String> LEAST =
      Map.of(
          "RELAY_DB_URL", "jdbc:postgresql://db/tailrace?sslmode=require",
          "RELAY_DB_USER", "relay",
          "RELAY_KAFKA_BOOTSTRAP", "kafka:9092");

  @Test
  void hasDefaults() {
    RelayConfig config = RelayConfig.from(LEAST);
    assertThat(config.kafka())
        .isEqualTo(
            new RelayConfig.Kafka(
                "kafka:9092", "", 12, OptionalInt.empty(), RelayConfig.UnknownTypes.QUARANTINE));
    assertThat(config.slot()).isEqualTo(new RelayConfig.Slot("tailrace_relay", "tailrace_relay"));
    assertThat(config.reading()).isEqualTo(new RelayConfig.Reading(4 << 20, Duration.ofMillis(1)));
    assertThat(config.retention()).isEqualTo(new RelayConfig.Retention(Duration.ofDays(30)));
    assertThat(config.source()).isEqualTo("/tailrace/tailrace");
    assertThat(config.admin().port()).isEqualTo(8082);
  }

  @Test
  void namesItsTransactionsAfterPrefixAndSlotSoThatTwoInstallationsDoNotFenceEachOther() {
    var environment = new HashMap<>(LEAST);
    environment.put("RELAY_TOPIC_PREFIX", "two.");
    environment.put("RELAY_SLOT", "shard_1");
    assertThat(KafkaSettings.transactionalId(RelayConfig.from(environment)))
        .isEqualTo("two.relay-shard_1");
  }

  @Test
  void givesATypeThatIsNotCataloguedATopicOnlyWhenItIsTold() {
    var environment = new HashMap<>(LEAST);
    environment.put("RELAY_UNKNOWN_TYPES", "allow");
    assertThat(RelayConfig.from(environment).kafka().unknownTypes())
        .isEqualTo(RelayConfig.UnknownTypes.ALLOW);
    environment.put("RELAY_UNKNOWN_TYPES", "drop");
    assertThatThrownBy(() -> RelayConfig.from(environment))
        .hasMessageContaining("RELAY_UNKNOWN_TYPES")
        .hasMessageContaining("quarantine or allow");
  }

  @Test
  void refusesWhatPostgresWouldNotTakeForASlot() {
    assertThatThrownBy(() -> new RelayConfig.Slot("Slot; drop", "p"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keepsEventsForADayAtLeast() {
    var environment = new HashMap<>(LEAST);
    environment.put("RELAY_RETENTION", "23h");
    assertThatThrownBy(() -> RelayConfig.from(environment))
        .hasMessageContaining("RELAY_RETENTION")
        .hasMessageContaining("at least 24h");
    environment.put("RELAY_RETENTION", "7d");
    assertThat(RelayConfig.from(environment).retention().events()).isEqualTo(Duration.ofDays(7));
  }

  @Test
  void tellsEveryProblemAtOnce() {
    assertThatThrownBy(() -> RelayConfig.from(Map.of("RELAY_PARTITIONS", "none")))
        .hasMessageContaining("RELAY_PARTITIONS")
        .hasMessageContaining("RELAY_DB_URL")
        .hasMessageContaining("RELAY_KAFKA_BOOTSTRAP");
  }

  @Test
  void handsTheDatabaseToDebeziumInItsParts() {
    var settings = DebeziumSettings.of(RelayConfig.from(LEAST), "reading");
    assertThat(settings)
        .containsEntry("database.hostname", "db")
        .containsEntry("database.port", "5432")
        .containsEntry("database.dbname", "tailrace")
        .containsEntry("driver.sslmode", "require")
        .containsEntry("errors.max.retries", "0");
  }
}
