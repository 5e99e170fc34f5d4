package dev.tailrace.effects;

import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.Call;
import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import dev.tailrace.testkit.ServiceProcess;
import dev.tailrace.testkit.TestDatabase;
import dev.tailrace.testkit.TestTopics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The application is killed at any instant in the middle of its effects, over and over, and started
 * again, sometimes without its local state. {@code -Dtailrace.effects} says how many effects there
 * are, {@code -Dtailrace.lanes} in how many lanes, and {@code -Dtailrace.kills} how often it is
 * killed; 3 000, 120 and 3 unless told.
 */
class EffectsCrashSimulation {

  private static final int EFFECTS = Integer.getInteger("tailrace.effects", 3_000);
  private static final int LANES = Integer.getInteger("tailrace.lanes", 120);
  private static final int ACROSS = 40;
  private static final int KILLS = Integer.getInteger("tailrace.kills", 3);
  private static final int PARTITIONS = 3;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Left for a look when something is wrong. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private int started;

  @Test
  void nothingIsLostAndEachLaneKeepsItsOrderHoweverOftenItIsKilled() {
    Seeds.forEach(1, seed -> run(seed, UnaryOperator.identity()));
  }

  @Test
  void norIsAnythingInBatches() {
    Seeds.forEach(1, seed -> run(seed, place -> place.inBatchesOf(25)));
  }

  @Test
  void nothingIsLostAndEachAggregateKeepsItsOrderInLanesAcrossAllOfThem() {
    Seeds.forEach(1, seed -> run(seed, place -> place.inLanesAcross(ACROSS)));
  }

  private void run(Seed seed, UnaryOperator<RingingMain.Place> how) throws Exception {
    try (var database = TestDatabase.create();
        var topics = TestTopics.create()) {
      Database.migrate(database.dataSource());
      Rung.open(database);
      topics.create(Kitchen.TOPIC, PARTITIONS, Map.of());
      Kitchen.produce(topics, 0, EFFECTS, LANES, PARTITIONS);

      ServiceProcess application = start(database, topics, how, folder.resolve("state"));
      try {
        for (int kill = 0; kill < KILLS; kill++) {
          long enough =
              Math.min(Rung.carriedOut(database) + seed.between(1, EFFECTS / KILLS), EFFECTS);
          Await.until("more was carried out", LIMIT, () -> Rung.carriedOut(database) >= enough);
          application.kill();
          Path state = folder.resolve(seed.oneIn(3) ? "state-" + kill : "state");
          application = start(database, topics, how, state);
        }
        Await.until("all is done", LIMIT, () -> Rung.done(database) == EFFECTS);
      } finally {
        application.kill();
      }
      check(database);
    }
  }

  private ServiceProcess start(
      TestDatabase database, TestTopics topics, UnaryOperator<RingingMain.Place> how, Path state)
      throws IOException {
    Path log = folder.resolve("application-" + started++ + ".log");
    return Rung.start(how.apply(RingingMain.Place.of(state, log)), database, topics);
  }

  private static void check(TestDatabase database) {
    List<Call> calls = Rung.calls(database);
    Rung.check(calls, EFFECTS);
    System.out.printf(
        "%d effects in %d lanes, killed %d times: %d calls%n", EFFECTS, LANES, KILLS, calls.size());
  }
}
