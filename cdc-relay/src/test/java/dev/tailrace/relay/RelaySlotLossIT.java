package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.service.Service;
import dev.tailrace.embedded.EmbeddedPostgres;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.CommitOrderPerKey;
import dev.tailrace.testkit.ExactlyOnceInKafka;
import dev.tailrace.testkit.NothingLost;
import dev.tailrace.testkit.PostgresServer;
import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import dev.tailrace.testkit.TestDatabase;
import dev.tailrace.testkit.TestTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A slot that is lost is made anew, and what it held comes from the table, while rows go on being
 * written. {@code -Dtailrace.kills=N} loses it N times.
 */
class RelaySlotLossIT {

  private static final int LOSSES = Integer.getInteger("tailrace.kills", 3);
  private static final Duration SETTLED = Duration.ofSeconds(60);

  /** What happens to the relay and its slot while rows are written. */
  @FunctionalInterface
  private interface Losses {
    void happen(Seed seed) throws Exception;
  }

  @Test
  void losesNothingAndDoublesNothingWhenTheSlotIsDroppedUnderLoad() throws Exception {
    try (var scenario = Scenario.create()) {
      scenario.start();
      assertWhole(scenario, _ -> dropOverAndOver(scenario));
    }
  }

  @Test
  void doesSoByTheBeginOfTransactionsWhereThereAreNoCommitTimes(@TempDir Path directory)
      throws Exception {
    try (var postgres =
            EmbeddedPostgres.start(directory, 0, Map.of("track_commit_timestamp", "off"));
        var scenario =
            Scenario.on(TestDatabase.createOn(PostgresServer.of(postgres)), TestTopics.create())) {
      scenario.start();
      assertWhole(scenario, _ -> dropOverAndOver(scenario));
    }
  }

  @Test
  void beginsTheTableAgainWhereTheRelayWasKilledInTheMiddleOfIt() throws Exception {
    try (var scenario = Scenario.create()) {
      RelayProcess.start(scenario, "lost-slot").awaitReady().close();
      Rows.copy(scenario.database, 40_000);
      LostSlot.drop(scenario);
      assertWhole(
          scenario,
          seed -> {
            for (int kill = 1; kill <= LOSSES; kill++) {
              int enough = scenario.events().size() + seed.between(1, 4_000);
              try (var relay = RelayProcess.start(scenario, "lost-slot")) {
                Await.until("some rows are there", () -> scenario.events().size() >= enough);
                relay.kill();
              }
            }
            scenario.start();
          });
    }
  }

  @Test
  void beginsAgainWhenTheNewSlotIsDroppedBeforeTheTableIsAtItsEnd() throws Exception {
    try (var scenario = Scenario.create()) {
      try (Service first = scenario.start()) {
        assertThat(first.hasFailed()).isFalse();
      }
      Rows.copy(scenario.database, 40_000);
      LostSlot.drop(scenario);
      assertWhole(
          scenario,
          _ -> {
            scenario.begin();
            scenario.awaitEvents(1);
            LostSlot.drop(scenario);
          });
    }
  }

  @Test
  void makesASlotAnewThatPostgresHasInvalidated(@TempDir Path directory) throws Exception {
    var settings =
        Map.of("max_slot_wal_keep_size", "1MB", "min_wal_size", "32MB", "max_wal_size", "32MB");
    try (var postgres = EmbeddedPostgres.start(directory, 0, settings);
        var scenario =
            Scenario.on(TestDatabase.createOn(PostgresServer.of(postgres)), TestTopics.create())) {
      scenario.start().close();
      scenario.append("held by the slot");
      LostSlot.invalidate(scenario);
      scenario.append("held by nothing");
      assertWhole(scenario, _ -> scenario.start());
    }
  }

  private static void dropOverAndOver(Scenario scenario) {
    for (int loss = 0; loss < LOSSES; loss++) {
      int enough = scenario.events().size() + 300;
      LostSlot.drop(scenario);
      scenario.awaitEvents(enough);
    }
  }

  private static void assertWhole(Scenario scenario, Losses losses) {
    Seeds.forEach(
        1,
        seed -> {
          var writers = Writers.start(scenario, seed.split());
          try (writers) {
            losses.happen(seed);
            scenario.awaitEvents(scenario.events().size() + 300);
          }
          Await.untilHolds(
              new NothingLost(scenario.database.dataSource(), scenario.topics), SETTLED);
          new ExactlyOnceInKafka(scenario.database.dataSource(), scenario.topics).check();
          new CommitOrderPerKey(scenario.topics, writers.written()).check();
        });
  }
}
