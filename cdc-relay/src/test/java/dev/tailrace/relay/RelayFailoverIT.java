package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.CommitOrderPerKey;
import dev.tailrace.testkit.ExactlyOnceInKafka;
import dev.tailrace.testkit.NothingLost;
import dev.tailrace.testkit.Seeds;
import dev.tailrace.testkit.TestDatabase;
import dev.tailrace.testkit.TestTopics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A standby is promoted behind the same address. */
class RelayFailoverIT {

  /** What the documentation tells to set on the primary. */
  private static final Map<String, String> PRIMARY =
      Map.of("synchronized_standby_slots", "standby");

  @TempDir Path directory;

  @Test
  void goesOnByItselfOnAStandbyThatHasTheSlot() throws Exception {
    try (var servers = ServersInTurn.start(directory, "primary", PRIMARY);
        var scenario = Scenario.on(TestDatabase.createOn(servers.address()), TestTopics.create())) {
      copyPrimary(servers, PRIMARY);
      scenario.start();
      startStandby(servers);
      Seeds.forEach(
          1,
          seed -> {
            var writers = Writers.start(scenario, seed);
            try (writers) {
              awaitSlotOnStandby(servers, scenario);
              scenario.awaitEvents(scenario.events().size() + 300);
              servers.kill("primary");
              promote(servers);
              long begun = System.nanoTime();
              scenario.awaitEvents(scenario.events().size() + 300);
              tell(Duration.ofNanos(System.nanoTime() - begun));
            }
            Await.untilHolds(
                new ExactlyOnceInKafka(scenario.database.dataSource(), scenario.topics),
                Duration.ofSeconds(30));
            new CommitOrderPerKey(scenario.topics, writers.written()).check();
          });
      assertThat(slotsMade(scenario)).as("it is the slot of the primary").isEqualTo(1);
    }
  }

  @Test
  void stopsOnAStandbyThatLacksWhatKafkaHasUntilItIsAdopted() throws Exception {
    try (var servers = ServersInTurn.start(directory, "primary", Map.of());
        var scenario = Scenario.on(TestDatabase.createOn(servers.address()), TestTopics.create())) {
      copyPrimary(servers, Map.of());
      Service first = scenario.start();
      startStandby(servers);
      scenario.append("on both");
      awaitSlotOnStandby(servers, scenario);
      servers.stop("standby");
      UUID lost = scenario.append("lost with the primary");
      scenario.awaitEvents(2);
      servers.kill("primary");
      servers.start("standby", Map.of());
      promote(servers);
      scenario.append("on the promoted");
      assertThat(first.awaitEnd().orElseThrow())
          .hasMessageContaining("timeline 1")
          .hasMessageContaining("timeline 2")
          .hasMessageContaining("./tailrace ops relay adopt");

      Adoption.write(scenario);
      scenario.start();
      scenario.append("after");
      Await.untilHolds(
          new NothingLost(scenario.database.dataSource(), scenario.topics), Duration.ofSeconds(30));
      assertThat(Adoption.ids(scenario))
          .doesNotHaveDuplicates()
          .contains(lost.toString())
          .hasSize(4);
      assertThat(Adoption.waits(scenario)).as("a person's word is taken once").isFalse();
    }
  }

  /** Before any slot of the relay is there. */
  private static void copyPrimary(ServersInTurn servers, Map<String, String> ofPrimary)
      throws Exception {
    servers.stop("primary");
    servers.copy("primary", "standby");
    servers.makeStandby("standby");
    servers.start("primary", ofPrimary);
    servers.leadTo("primary");
    servers.sql("primary").strings("select pg_create_physical_replication_slot('standby', true)");
  }

  /** When the slot is there, for a standby that finds none looks again only after half a minute. */
  private static void startStandby(ServersInTurn servers) {
    var settings = new HashMap<String, String>();
    settings.put(
        "primary_conninfo",
        "host=127.0.0.1 port=%d user=postgres dbname=postgres".formatted(servers.port("primary")));
    settings.put("primary_slot_name", "standby");
    settings.put("hot_standby_feedback", "on");
    settings.put("sync_replication_slots", "on");
    servers.start("standby", settings);
  }

  /** It needs a point at which all transactions are known; the primary writes one now and then. */
  private static void awaitSlotOnStandby(ServersInTurn servers, Scenario scenario) {
    Await.until(
        "the standby has the slot",
        Duration.ofSeconds(60),
        () -> {
          servers.sql("primary").strings("select pg_log_standby_snapshot()");
          return servers
                  .sql("standby")
                  .count(
                      """
                      select count(*) from pg_replication_slots
                      where slot_name = ? and synced and not temporary\
                      """,
                      scenario.config.slot().name())
              == 1;
        });
  }

  private static void promote(ServersInTurn servers) {
    assertThat(servers.sql("standby").strings("select pg_promote()")).isEqualTo(List.of("t"));
    servers.leadTo("standby");
  }

  private static long slotsMade(Scenario scenario) {
    return scenario.topics.readAll("relay.positions").stream()
        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
        .filter(position -> position.contains("\"backfilling\""))
        .count();
  }

  @SuppressWarnings("SystemOut") // the figure is of interest
  private static void tell(Duration taken) {
    System.out.printf("rows flow on after a promotion: %d ms%n", taken.toMillis());
  }
}
