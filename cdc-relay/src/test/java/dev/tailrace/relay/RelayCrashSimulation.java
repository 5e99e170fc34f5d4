package dev.tailrace.relay;

import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.CommitOrderPerKey;
import dev.tailrace.testkit.NothingLost;
import dev.tailrace.testkit.Seeds;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** A relay in a process of its own, killed over and over while rows are written. */
class RelayCrashSimulation {

  private static final int KILLS = 3;
  private static final int ROWS = 600;

  @Test
  void losesNothingAndKeepsTheOrderWhenKilledUnderLoad() {
    Seeds.forEach(
        1,
        seed -> {
          try (var scenario = Scenario.create();
              var writer = Executors.newSingleThreadExecutor()) {
            var load = new Load(scenario, seed);
            for (int kill = 0; kill < KILLS; kill++) {
              Process relay = start(scenario);
              String canary = "canary-" + kill;
              scenario.append(canary);
              Await.until(canary + " is there", () -> isThere(scenario, canary));
              int enough = scenario.events().size() + seed.between(50, ROWS / 2);
              var writing = writer.submit(() -> load.run(ROWS));
              Await.until("some rows are there", () -> scenario.events().size() >= enough);
              relay.destroyForcibly().waitFor();
              writing.get();
            }
            scenario.start();
            Await.untilHolds(
                new NothingLost(scenario.database.dataSource(), scenario.topics),
                Duration.ofSeconds(30));
            new CommitOrderPerKey(scenario.topics, load.committed()).check();
          }
        });
  }

  private static boolean isThere(Scenario scenario, String key) {
    return scenario.topics.names().stream().anyMatch(name -> name.endsWith("claimed"))
        && scenario.events().stream().anyMatch(event -> event.key().equals(key));
  }

  private static Process start(Scenario scenario) throws IOException {
    RelayConfig config = scenario.config;
    var process =
        new ProcessBuilder(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                RelayMain.class.getName()));
    process.redirectErrorStream(true);
    process.redirectOutput(
        ProcessBuilder.Redirect.appendTo(new File("target", "killed-relays.log")));
    var environment = process.environment();
    environment.put("RELAY_DB_URL", config.database().url());
    environment.put("RELAY_DB_USER", config.database().user());
    environment.put("RELAY_DB_PASSWORD", config.database().password());
    environment.put("RELAY_KAFKA_BOOTSTRAP", config.kafka().bootstrap());
    environment.put("RELAY_TOPIC_PREFIX", config.kafka().topicPrefix());
    environment.put("RELAY_PARTITIONS", Integer.toString(config.kafka().partitions()));
    environment.put("RELAY_SLOT", config.slot().name());
    environment.put("RELAY_ADMIN_PORT", "0");
    return process.start();
  }
}
