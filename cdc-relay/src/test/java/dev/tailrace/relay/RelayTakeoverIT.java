package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.CommitOrderPerKey;
import dev.tailrace.testkit.ExactlyOnceInKafka;
import dev.tailrace.testkit.Seeds;
import dev.tailrace.testkit.TcpProxy;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two relays in processes of their own: one works, the other waits. What is measured goes from the
 * cut to the moment at which a row that was committed after it can be read in Kafka.
 */
@Tag("timed")
class RelayTakeoverIT {

  private Scenario scenario;

  @BeforeEach
  void arrange() throws SQLException {
    scenario = Scenario.create();
  }

  @AfterEach
  void clear() {
    scenario.close();
  }

  /** Takes the working relay away. */
  @FunctionalInterface
  private interface Cut {
    void of(RelayProcess working) throws Exception;
  }

  @Test
  void takesOverWithin10SecondsOfAKill() throws Exception {
    try (var first = working(scenario.database.server().port());
        var second = waiting()) {
      assertTakenOver("a kill -9", Duration.ofSeconds(10), first, RelayProcess::kill);
      second.awaitReady();
    }
  }

  @Test
  void takesOverWithin2SecondsOfACleanStop() throws Exception {
    try (var first = working(scenario.database.server().port());
        var second = waiting()) {
      assertTakenOver("a clean stop", Duration.ofSeconds(2), first, RelayProcess::stop);
      second.awaitReady();
    }
  }

  @Test
  void takesOverWithin30SecondsOfALostConnectionAndTheOtherThenWaits() throws Exception {
    try (var proxy = TcpProxy.before(scenario.database.server().port());
        var first = working(proxy.port());
        var second = waiting()) {
      assertTakenOver("a lost connection", Duration.ofSeconds(30), first, _ -> proxy.goSilent());
      second.awaitReady();
      proxy.speakAgain();
      first.awaitStandby();
    }
  }

  @Test
  void aFrozenRelayThatWakesUpAfterTheTakeoverDisturbsNothing() throws Exception {
    try (var first = working(scenario.database.server().port());
        var second = waiting()) {
      assertTakenOver("a freeze", Duration.ofSeconds(30), first, RelayProcess::freeze);
      second.awaitReady();
      first.thaw();
      first.awaitStandby();
      assertThat(second.readiness()).startsWith("200");
    }
  }

  @Test
  void aRelayAloneNoticesThatItsConnectionsWereForgotten() throws Exception {
    try (var proxy = TcpProxy.before(scenario.database.server().port());
        var alone = working(proxy.port())) {
      assertTakenOver("a forgotten connection", Duration.ofMinutes(1), alone, _ -> proxy.forget());
      alone.awaitReady();
    }
  }

  @Test
  void aServerThatHangsIsWaitedOut() throws Exception {
    try (var proxy = TcpProxy.before(scenario.database.server().port());
        var alone = working(proxy.port())) {
      proxy.goSilent();
      scenario.append("meanwhile");
      Await.until("it says so", Duration.ofMinutes(2), () -> !alone.readiness().startsWith("200"));
      proxy.speakAgain();
      scenario.awaitEvents(2);
      alone.awaitReady();
      new ExactlyOnceInKafka(scenario.database.dataSource(), scenario.topics).check();
    }
  }

  /** Rows are written all the while, so that a Kafka transaction is under way at the cut. */
  private void assertTakenOver(String cause, Duration limit, RelayProcess working, Cut cut) {
    Seeds.forEach(
        1,
        seed -> {
          var writers = Writers.start(scenario, seed);
          try (writers;
              var lookout = new Lookout(scenario.topics, "events.kitchen.task.claimed")) {
            scenario.awaitEvents(scenario.events().size() + 200);
            long begun = System.nanoTime();
            cut.of(working);
            scenario.append("after the cut");
            Await.until(
                "the other has taken over",
                limit.plusSeconds(60),
                () -> lookout.sees("after the cut"));
            tell(cause, limit, Duration.ofNanos(System.nanoTime() - begun));
          }
          Await.untilHolds(
              new ExactlyOnceInKafka(scenario.database.dataSource(), scenario.topics),
              Duration.ofSeconds(30));
          new CommitOrderPerKey(scenario.topics, writers.written()).check();
        });
  }

  @SuppressWarnings("SystemOut") // the figure is asked for
  private static void tell(String cause, Duration limit, Duration taken) {
    System.out.printf("takeover after %s: %d ms%n", cause, taken.toMillis());
    assertThat(taken).as("takeover after %s", cause).isLessThan(limit);
  }

  private RelayProcess working(int port) throws Exception {
    RelayProcess relay = RelayProcess.start(scenario, "first", port).awaitReady();
    scenario.append("begin");
    scenario.awaitEvents(1);
    return relay;
  }

  private RelayProcess waiting() throws Exception {
    return RelayProcess.start(scenario, "second").awaitStandby();
  }
}
