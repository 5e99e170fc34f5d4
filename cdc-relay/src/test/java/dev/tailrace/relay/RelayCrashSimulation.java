package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.relay.KillableServers.Server;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.CommitOrderPerKey;
import dev.tailrace.testkit.ExactlyOnceInKafka;
import dev.tailrace.testkit.NothingLost;
import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import dev.tailrace.testkit.SeqNeverGoesBack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The relay, the broker, Postgres, or two of them are killed at any instant while rows of all kinds
 * are written, and started again: each row is in Kafka once, in the order of the commits. {@code
 * -Dtailrace.kills} says how often, 4 unless told: once each, and two together.
 */
class RelayCrashSimulation {

  private static final int KILLS = Integer.getInteger("tailrace.kills", 4);
  private static final int WRITERS = 3;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Left for a look when something is wrong. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Test
  void eachRowIsInKafkaOnceAndInOrderWhateverIsKilled() {
    Seeds.forEach(1, this::run);
  }

  private void run(Seed seed) throws Exception {
    try (var servers = new KillableServers(folder);
        var arrivals = new Arrivals(servers.scenario().topics)) {
      var writers = new SteadyWriters(servers.scenario().database, seed, WRITERS);
      try (writers) {
        for (List<Server> victims : victims(seed)) {
          awaitAnInstant(seed, servers, writers, arrivals);
          servers.kill(victims);
          servers.start(seed.shuffled(victims));
        }
        awaitArrivals(arrivals, 1);
      }
      assertThat(servers.isRelayAlive()).as("the relay was not ended by anything else").isTrue();
      check(servers.scenario(), writers);
    }
  }

  private static List<List<Server>> victims(Seed seed) {
    var victims = new ArrayList<List<Server>>();
    while (victims.size() < KILLS) {
      var round = new ArrayList<List<Server>>();
      for (Server server : Server.values()) {
        round.add(List.of(server));
      }
      round.add(seed.shuffled(List.of(Server.values())).subList(0, 2));
      victims.addAll(seed.shuffled(round));
    }
    return victims.subList(0, KILLS);
  }

  /** Mostly when rows flow from the slot again, sometimes before that. */
  private static void awaitAnInstant(
      Seed seed, KillableServers servers, SteadyWriters writers, Arrivals arrivals) {
    if (seed.oneIn(4)) {
      int enough = writers.rows() + seed.between(1, 1_500);
      Await.until("more rows are committed", LIMIT, () -> writers.rows() >= enough);
    } else {
      Await.until("the relay is ready", LIMIT, servers::isRelayReady);
      awaitArrivals(arrivals, seed.between(1, 1_500));
    }
  }

  private static void awaitArrivals(Arrivals arrivals, int rows) {
    long enough = arrivals.count() + rows;
    Await.until("more rows are in Kafka", LIMIT, () -> arrivals.count() >= enough);
  }

  private static void check(Scenario scenario, SteadyWriters writers) {
    var database = scenario.database.dataSource();
    Await.untilHolds(new NothingLost(database, scenario.topics), LIMIT);
    new ExactlyOnceInKafka(database, scenario.topics).check();
    new CommitOrderPerKey(scenario.topics, writers.committed()).check();
    new SeqNeverGoesBack(scenario.topics).check();
    assertThat(scenario.database.count("select count(*) from outbox_event"))
        .as("the writers know of all that they committed")
        .isEqualTo(writers.rows());
  }
}
