package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.service.Service;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Slots belong to the server: one of this name may be another installation's. */
class RelayForeignSlotIT {

  private Scenario ours;
  private Scenario theirs;
  private RelayConfig config;

  @BeforeEach
  void arrange() throws Exception {
    ours = Scenario.create();
    theirs = Scenario.create();
    config =
        new RelayConfig(
            ours.config.database(),
            ours.config.kafka(),
            theirs.config.slot(),
            ours.config.reading(),
            ours.config.retention(),
            ours.config.installation(),
            ours.config.admin());
    new PostgresSlot(new Postgres(theirs.config.database()), theirs.config.slot().name())
        .create()
        .close();
  }

  @AfterEach
  void clear() {
    ours.close();
    theirs.close();
  }

  @Test
  void isNamedWithItsOwner() throws Exception {
    assertRefused();
    assertThat(ours.topics.names()).as("Kafka is not even asked").isEmpty();
  }

  @Test
  void isNeverDroppedEvenByARelayThatWouldMakeItAnew() throws Exception {
    KafkaTopics.make(config.kafka(), new StopSignal());
    var slot = new PostgresSlot(new Postgres(config.database()), config.slot().name());
    ours.leave(config.slot().name(), new Position.Backfilling(42, server(), Optional.empty()));
    assertRefused();
    slot.drop();
    assertThat(theirSlots()).hasSize(1);
  }

  @Test
  void isToldFromOneWithAnotherReader() throws Exception {
    ours.database.strings(
        "select pg_create_logical_replication_slot(?, 'test_decoding')", ours.config.slot().name());
    var slot = new PostgresSlot(new Postgres(config.database()), ours.config.slot().name());
    assertThat(slot.look()).isEqualTo(new SlotState.Foreign("a reader with plugin test_decoding"));
  }

  private Server server() throws SQLException {
    return SourceDatabase.look(new Postgres(config.database()), config.slot()).server();
  }

  private void assertRefused() throws InterruptedException {
    try (Service service = RelayMain.start(config, Clock.systemUTC())) {
      assertThat(service.awaitEnd().orElseThrow())
          .hasMessageContaining("slot " + config.slot().name())
          .hasMessageContaining("belongs to database " + theirs.database.name())
          .hasMessageContaining("choose another RELAY_SLOT");
    }
    assertThat(theirSlots()).hasSize(1);
  }

  private List<String> theirSlots() {
    return theirs.database.strings(
        "select slot_name from pg_replication_slots where database = current_database()");
  }
}
