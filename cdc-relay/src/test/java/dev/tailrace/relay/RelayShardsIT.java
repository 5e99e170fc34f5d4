package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.CommitOrderPerKey;
import dev.tailrace.testkit.ExactlyOnceInKafka;
import dev.tailrace.testkit.Seeds;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The tenants are shared by several relays, and the number of these changes. */
class RelayShardsIT {

  @Test
  void theNumberOfShardsChangesWhileRowsAreWritten() {
    Seeds.forEach(
        1,
        seed -> {
          var relays = new ArrayList<Service>();
          try (var scenario = Scenario.create()) {
            var load = new Load(scenario, seed);
            try {
              relays.addAll(start(scenario, 1));
              relays.forEach(Scenario::awaitReady);
              load.run(200);
              for (int count : List.of(2, 3, 1)) {
                cutOver(scenario, count);
                load.run(100);
                List<Service> after = start(scenario, count);
                load.run(100);
                after.forEach(Scenario::awaitReady);
                for (Service ended : relays) {
                  Await.until(
                      "those before say that they have ended",
                      () -> Scenario.ask(ended, "ready").contains("this shard has ended"));
                }
                relays.forEach(Service::close);
                relays.clear();
                relays.addAll(after);
              }
              load.run(100);
              Await.untilHolds(
                  new ExactlyOnceInKafka(scenario.database.dataSource(), scenario.topics),
                  Duration.ofSeconds(30));
              new CommitOrderPerKey(scenario.topics, load.committed()).check();
              assertThat(slots(scenario)).containsExactly(scenario.config.slot().base());
            } finally {
              relays.forEach(Service::close);
            }
          }
        });
  }

  @Test
  void aSlotThatIsLostBehindTheCutOverKeepsNobodyWaiting() {
    Seeds.forEach(
        1,
        seed -> {
          List<Service> after = List.of();
          try (var scenario = Scenario.create()) {
            var load = new Load(scenario, seed);
            try (var before = RelayProcess.start(scenario, "before").awaitReady()) {
              load.run(100);
              before.freeze();
              load.run(100);
              cutOver(scenario, 2);
              load.run(100);
              LostSlot.drop(scenario);
              after = start(scenario, 2);
              load.run(100);
              before.thaw();
              after.forEach(Scenario::awaitReady);
              load.run(100);
              Await.until(
                  "the one before says that it has ended",
                  () -> before.readiness().contains("this shard has ended"));
            } finally {
              after.forEach(Service::close);
            }
            new ExactlyOnceInKafka(scenario.database.dataSource(), scenario.topics).check();
            new CommitOrderPerKey(scenario.topics, load.committed()).check();
            assertThat(slots(scenario)).hasSize(2);
          }
        });
  }

  @Test
  void isNotChangedWhileASlotIsNotRead() throws SQLException {
    try (var scenario = Scenario.create()) {
      assertThatThrownBy(() -> cutOver(scenario, 2))
          .hasMessageContaining("these slots are not being read, start their relays first")
          .hasMessageContaining(scenario.config.slot().name());
    }
  }

  @Test
  void eachTenantIsOfOneShard() throws SQLException {
    try (var scenario = Scenario.create()) {
      var shards =
          IntStream.range(0, 500)
              .mapToObj(i -> scenario.database.count("select outbox_shard(?)", "org_" + i))
              .collect(Collectors.toSet());
      assertThat(shards).hasSizeGreaterThan(60).allMatch(shard -> shard >= 0 && shard < 64);
      assertThat(scenario.database.count("select outbox_shard('org_1')"))
          .as("it is stored: it must never change")
          .isEqualTo(9);
    }
  }

  private static List<Service> start(Scenario scenario, int count) {
    return Shard.all(count).stream()
        .map(shard -> RelayMain.start(of(scenario.config, shard), Clock.systemUTC()))
        .toList();
  }

  private static RelayConfig of(RelayConfig config, Shard shard) {
    return new RelayConfig(
        config.database(),
        config.kafka(),
        new RelayConfig.Slot(config.slot().base(), config.slot().basePublication(), shard),
        config.reading(),
        config.retention(),
        config.installation(),
        config.admin());
  }

  /** As the operator's command does it. */
  private static void cutOver(Scenario scenario, int count) {
    String base = scenario.config.slot().base();
    scenario.database.strings(
        "select outbox_publish_shards(?, ?)", scenario.config.slot().basePublication(), count);
    for (Shard shard : Shard.all(count)) {
      scenario.database.strings(
          "select pg_create_logical_replication_slot(?, 'pgoutput')", shard.named(base));
    }
    scenario.database.strings("select outbox_cut_over(?, ?)", base, count);
  }

  private static List<String> slots(Scenario scenario) {
    return scenario.database.strings(
        "select slot_name from pg_replication_slots where database = current_database()");
  }
}
