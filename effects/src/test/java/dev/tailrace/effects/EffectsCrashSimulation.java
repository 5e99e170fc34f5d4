package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.Call;
import dev.tailrace.testkit.EffectOnceIdempotent;
import dev.tailrace.testkit.OrderPerLane;
import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import dev.tailrace.testkit.ServiceProcess;
import dev.tailrace.testkit.ServiceProcess.Program;
import dev.tailrace.testkit.TestDatabase;
import dev.tailrace.testkit.TestTopics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The application is killed at any instant in the middle of its effects, over and over, and started
 * again, sometimes without its local state. {@code -Dtailrace.effects} says how many effects there
 * are, {@code -Dtailrace.lanes} in how many lanes, and {@code -Dtailrace.kills} how often it is
 * killed; 6 000, 120 and 3 unless told.
 */
class EffectsCrashSimulation {

  private static final int EFFECTS = Integer.getInteger("tailrace.effects", 6_000);
  private static final int LANES = Integer.getInteger("tailrace.lanes", 120);
  private static final int KILLS = Integer.getInteger("tailrace.kills", 3);
  private static final int PARTITIONS = 3;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Left for a look when something is wrong. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private int started;

  @Test
  void nothingIsLostAndEachLaneKeepsItsOrderHoweverOftenItIsKilled() {
    Seeds.forEach(1, this::run);
  }

  private void run(Seed seed) throws Exception {
    try (var database = TestDatabase.create();
        var topics = TestTopics.create()) {
      Database.migrate(database.dataSource());
      database.execute(
          "create table call (id bigserial primary key, lane text, seq text, event text, key text)");
      topics.create(Kitchen.TOPIC, PARTITIONS, Map.of());
      Kitchen.produce(topics, 0, EFFECTS, LANES, PARTITIONS);

      ServiceProcess application = start(database, topics, folder.resolve("state"));
      try {
        for (int kill = 0; kill < KILLS; kill++) {
          long enough = Math.min(calls(database) + seed.between(1, EFFECTS / KILLS), EFFECTS);
          Await.until("more was carried out", LIMIT, () -> calls(database) >= enough);
          application.kill();
          Path state = folder.resolve(seed.oneIn(3) ? "state-" + kill : "state");
          application = start(database, topics, state);
        }
        Await.until("all is done", LIMIT, () -> done(database) == EFFECTS);
      } finally {
        application.kill();
      }
      check(database);
    }
  }

  private ServiceProcess start(TestDatabase database, TestTopics topics, Path state)
      throws IOException {
    var program =
        Program.of(
            RingingMain.class,
            topics.bootstrapServers(),
            topics.prefix(),
            state.toString(),
            database.jdbcUrl(),
            database.user(),
            database.password());
    return ServiceProcess.start(
        program, List.of(), Map.of(), folder.resolve("application-" + started++ + ".log"));
  }

  private static long calls(TestDatabase database) {
    return database.count("select count(distinct event) from call");
  }

  private static long done(TestDatabase database) {
    return database.count("select count(*) from effect_done where outcome = 'done'");
  }

  private static void check(TestDatabase database) {
    List<Call> calls =
        database.rows("select lane, seq, event, key from call order by id").stream()
            .map(
                row ->
                    new Call(
                        text(row, "lane"), text(row, "seq"), text(row, "event"), text(row, "key")))
            .toList();
    Set<String> events = new HashSet<>();
    calls.forEach(call -> events.add(call.eventId()));
    assertThat(events).as("each event was carried out").hasSize(EFFECTS);
    new OrderPerLane(calls).check();
    new EffectOnceIdempotent(calls).check();
    System.out.printf(
        "%d effects in %d lanes, killed %d times: %d calls%n", EFFECTS, LANES, KILLS, calls.size());
  }

  private static String text(Map<String, ?> row, String column) {
    return String.valueOf(row.get(column));
  }
}
