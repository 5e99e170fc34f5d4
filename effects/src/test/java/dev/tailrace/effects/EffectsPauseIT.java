package dev.tailrace.effects;

import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.ServiceProcess;
import dev.tailrace.testkit.TestDatabase;
import dev.tailrace.testkit.TestTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that stands still for longer than its session, while another does its work, and then
 * goes on as if nothing had happened.
 */
class EffectsPauseIT {

  private static final int EFFECTS = 6_000;
  private static final int LANES = 60;
  private static final int PARTITIONS = 3;

  /** So that calls are under way whenever it is paused. */
  private static final Duration CALL = Duration.ofMillis(250);

  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Test
  void aPausedProcessCannotDisturbTheOrderAtADestinationThatLooksAtTheNumberInTheLane()
      throws Exception {
    try (var database = TestDatabase.create();
        var topics = TestTopics.create()) {
      Database.migrate(database.dataSource());
      Rung.open(database);
      topics.create(Kitchen.TOPIC, PARTITIONS, Map.of());
      Kitchen.produce(topics, 0, EFFECTS, LANES, PARTITIONS);

      ServiceProcess paused = start("kitchen-0", database, topics);
      Await.until("some are done", LIMIT, () -> Rung.done(database) >= EFFECTS / 10);
      paused.freeze();
      long before = Rung.carriedOut(database);
      ServiceProcess other = start("kitchen-1", database, topics);
      try {
        Await.until("another goes on", LIMIT, () -> Rung.carriedOut(database) > before + LANES);
        paused.thaw();
        Await.until("all is done", LIMIT, () -> Rung.done(database) == EFFECTS);
        Await.until("late calls came", LIMIT, () -> Rung.late(database) > 0);
      } finally {
        paused.kill();
        other.kill();
      }
      Rung.check(Rung.calls(database), EFFECTS);
    }
  }

  private ServiceProcess start(String instance, TestDatabase database, TestTopics topics)
      throws Exception {
    var place =
        new RingingMain.Place(
            instance, CALL, 0, 0, folder.resolve(instance), folder.resolve(instance + ".log"));
    return Rung.start(place, database, topics);
  }
}
