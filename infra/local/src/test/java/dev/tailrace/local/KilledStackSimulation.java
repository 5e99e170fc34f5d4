package dev.tailrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.testkit.AckedIsDurable;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.CommitOrderPerKey;
import dev.tailrace.testkit.EffectEventually;
import dev.tailrace.testkit.KafkaServer;
import dev.tailrace.testkit.NothingLost;
import dev.tailrace.testkit.OncePerDelivery;
import dev.tailrace.testkit.Receipt;
import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import dev.tailrace.testkit.Sql;
import dev.tailrace.testkit.TestTopics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole stack is killed in mid-flow, again and again, and started again on the same files:
 * nothing that was acknowledged is lost, on any stretch of the way. {@code -Dtailrace.kills} says
 * how often, 2 unless told.
 */
class KilledStackSimulation {

  private static final int KILLS = Integer.getInteger("tailrace.kills", 2);
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** What Ably refused for its rate comes again after half a minute, and after two. */
  private static final Duration RETRIES = Duration.ofMinutes(5);

  /** Left for a look when something is wrong. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private final List<String> acknowledged = new ArrayList<>();
  private int appended;

  @Test
  void nothingIsLostWhenTheWholeStackIsKilled() {
    Seeds.forEach(1, seed -> new Run(seed).go());
  }

  private final class Run {

    private final Seed seed;
    private final AtomicInteger numbers = new AtomicInteger();

    Run(Seed seed) {
      this.seed = seed;
    }

    void go() throws Exception {
      int portBase = RunningTailrace.freePortBase();
      Path data = folder.resolve("data");
      RunningTailrace tailrace = RunningTailrace.up(data, portBase);
      Traffic.openAccounts(tailrace.whereabouts());
      for (int kill = 0; kill < KILLS; kill++) {
        Traffic traffic = Traffic.to(tailrace, numbers, seed);
        int enough = seed.between(50, 600);
        Await.until(enough + " events are acknowledged", LIMIT, () -> traffic.size() >= enough);
        tailrace.kill();
        remember(traffic);
        tailrace = RunningTailrace.up(data, portBase);
      }
      check(tailrace.whereabouts());
      assertThat(tailrace.stop()).isEqualTo(143);
    }

    private void remember(Traffic traffic) throws InterruptedException {
      traffic.end();
      acknowledged.addAll(traffic.acknowledged());
      appended += traffic.appended();
    }

    private void check(Whereabouts whereabouts) {
      try (var database = database(whereabouts)) {
        check(whereabouts, database);
      }
    }

    private void check(Whereabouts whereabouts, DataSource database) {
      List<Receipt> receipts =
          acknowledged.stream().map(event -> new Receipt("stripe", event)).toList();
      new AckedIsDurable(database, receipts).check();
      new OncePerDelivery(database, acknowledged).check();
      assertThat(
              new Sql(database)
                  .count("select count(*) from outbox_event where type like 'kitchen%'"))
          .isGreaterThanOrEqualTo(appended);
      try (var topics = TestTopics.wholeBroker(new KafkaServer(whereabouts.kafka()))) {
        Await.untilHolds(new NothingLost(database, topics), LIMIT);
        new CommitOrderPerKey(topics).check();
      }
      Await.untilHolds(
          new EffectEventually(
              database, Set.of("stripe:customer.subscription.updated"), "syncSubscription"),
          RETRIES);
      Await.untilHolds(
          new EffectEventually(database, Set.of("kitchen.task.progress"), "publishToBrowsers"),
          RETRIES);
    }
  }

  private static HikariDataSource database(Whereabouts whereabouts) {
    var config =
        new DatabaseConfig(
            whereabouts.databaseUrl(), whereabouts.databaseUser(), "", 2, Duration.ofSeconds(10));
    return Database.pool(config, "checks", new SimpleMeterRegistry());
  }
}
