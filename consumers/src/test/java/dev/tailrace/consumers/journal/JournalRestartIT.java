package dev.tailrace.consumers.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.consumers.ConsumersMain;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.embedded.EmbeddedKafka;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.KafkaServer;
import dev.tailrace.testkit.ServiceProcess;
import dev.tailrace.testkit.TcpProxy;
import dev.tailrace.testkit.TestTopics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Journals that are killed, doubled, or left without Postgres or Kafka: nothing lost or doubled.
 */
class JournalRestartIT {

  private static final Instant NOW = Records.now();
  private static final int KILLS = 3;
  private static final int EVENTS_A_LIFE = 20_000;

  @TempDir private Path folder;

  private static Stream<ProducerRecord<String, byte[]>> events(
      JournalScenario scenario, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(
            i ->
                Records.record(
                    scenario.topic(i % 2 == 0 ? Records.CLAIMED : Records.POKE),
                    i / 2 % JournalScenario.PARTITIONS,
                    NOW,
                    Records.event(
                        Records.id(NOW, i),
                        i,
                        i % 2 == 0 ? Records.CLAIMED : Records.POKE,
                        Origin.NONE)));
  }

  /** One attempt that failed and one that did not, of each tenth event. */
  private static Stream<ProducerRecord<String, byte[]>> attempts(
      JournalScenario scenario, int from, int to) {
    return IntStream.range(from, to)
        .filter(i -> i % 10 == 0)
        .boxed()
        .flatMap(
            i ->
                Stream.of("retry", "done")
                    .map(
                        outcome -> {
                          int number = outcome.equals("retry") ? 1 : 2;
                          Instant at = Records.after(NOW, number);
                          return Records.record(
                              scenario.attempts(),
                              i / 10 % JournalScenario.PARTITIONS,
                              at,
                              Records.attempt(Records.id(NOW, i), number, outcome, at));
                        }));
  }

  @Test
  void killedInTheMiddleItLosesAndDoublesNothing() throws Exception {
    try (var scenario = JournalScenario.create()) {
      for (int life = 0; life < KILLS; life++) {
        int from = life * EVENTS_A_LIFE;
        scenario.send(events(scenario, from, from + EVENTS_A_LIFE));
        scenario.send(attempts(scenario, from, from + EVENTS_A_LIFE));
        ServiceProcess journal = process(scenario, life);
        Await.until("it writes", () -> scenario.count("event_journal") > from);
        journal.kill();
      }
      long before = scenario.count("event_journal");
      scenario.start();

      int all = KILLS * EVENTS_A_LIFE;
      assertThat(scenario.count("event_journal")).as("after %d", before).isEqualTo(all);
      assertThat(scenario.count("effect_attempt")).isEqualTo(all / 5);
      assertThat(scenario.count("effect where state = 'done' and attempts = 2"))
          .isEqualTo(all / 10);
      assertThat(scenario.count("journal_unreadable")).isZero();
    }
  }

  private ServiceProcess process(JournalScenario scenario, int life) throws IOException {
    return ServiceProcess.start(
        ServiceProcess.Program.of(ConsumersMain.class, "journal"),
        List.of("-XX:TieredStopAtLevel=1"),
        scenario.environment,
        folder.resolve("journal-" + life + ".log"));
  }

  @Test
  void aSecondJournalStandsByAndTakesOver() throws Exception {
    try (var scenario = JournalScenario.create()) {
      Service first = scenario.start();
      Service second = scenario.start();
      scenario.send(events(scenario, 0, 1_000));
      scenario.awaitCount("event_journal", 1_000);
      assertThat(scenario.count("pg_locks where locktype = 'advisory' and granted")).isEqualTo(1);

      first.close();
      scenario.send(events(scenario, 1_000, 2_000));
      scenario.awaitCount("event_journal", 2_000);
      JournalScenario.awaitReady(second);
    }
  }

  @Test
  void aJournalThatWasFrozenAndReplacedWritesNothingWhenItWakes() throws Exception {
    try (var scenario = JournalScenario.create();
        ServiceProcess frozen = process(scenario, 0)) {
      scenario.send(events(scenario, 0, 1_000));
      scenario.awaitCount("event_journal", 1_000);
      frozen.freeze();
      scenario.send(attempts(scenario, 0, 1_000));
      endConnections(scenario);
      scenario.start();
      scenario.awaitCount("effect_attempt", 200);

      frozen.thaw();
      scenario.send(events(scenario, 1_000, 5_000));
      scenario.send(attempts(scenario, 1_000, 5_000));
      scenario.awaitCount("event_journal", 5_000);
      scenario.awaitCount("effect_attempt", 1_000);
      scenario.awaitCount("effect where state = 'done' and attempts = 2", 500);
      assertThat(frozen.isAlive()).isTrue();
    }
  }

  private static void endConnections(JournalScenario scenario) {
    scenario.database.execute(
        """
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'journal' and datname = current_database()""");
  }

  @Test
  void itGoesOnWhenPostgresWasAway() throws Exception {
    try (var scenario = JournalScenario.create();
        var proxy = TcpProxy.before(scenario.database.server().port())) {
      scenario.environment.put(
          "JOURNAL_DB_URL",
          "jdbc:postgresql://127.0.0.1:%d/%s".formatted(proxy.port(), scenario.database.name()));
      scenario.environment.put("JOURNAL_DB_TIMEOUT", "1s");
      Service journal = scenario.start();
      scenario.send(events(scenario, 0, 1_000));
      proxy.leadTo(ServiceProcess.freePort());
      Await.until("it says so", () -> journal.unreadiness().isPresent());
      scenario.send(events(scenario, 1_000, 2_000));

      proxy.leadTo(scenario.database.server().port());
      scenario.awaitCount("event_journal", 2_000);
      JournalScenario.awaitReady(journal);
    }
  }

  @Test
  void itGoesOnWhenItsConnectionsAreEndedOverAndOver() throws Exception {
    try (var scenario = JournalScenario.create()) {
      scenario.start();
      for (int i = 0; i < 5; i++) {
        scenario.send(events(scenario, i * 2_000, (i + 1) * 2_000));
        endConnections(scenario);
      }
      scenario.awaitCount("event_journal", 10_000);
    }
  }

  @Test
  void itGoesOnWhenKafkaWasAway() throws Exception {
    int port = ServiceProcess.freePort();
    int controller = ServiceProcess.freePort();
    Path data = folder.resolve("kafka");
    EmbeddedKafka kafka = EmbeddedKafka.start(data, port, controller);
    try (var scenario = JournalScenario.on(TestTopics.wholeBroker(KafkaServer.of(kafka)))) {
      Service journal = scenario.start();
      scenario.send(events(scenario, 0, 1_000));
      scenario.awaitCount("event_journal", 1_000);
      kafka.close();
      Await.until("it says so", Duration.ofSeconds(60), () -> journal.unreadiness().isPresent());

      kafka = EmbeddedKafka.start(data, port, controller);
      scenario.send(events(scenario, 1_000, 2_000));
      scenario.awaitCount("event_journal", 2_000);
      JournalScenario.awaitReady(journal);
    } finally {
      kafka.close();
    }
  }

  @Test
  void itMayStartBeforeItsTopicsAreThere() throws Exception {
    try (var scenario = JournalScenario.create()) {
      scenario.environment.put("JOURNAL_TOPIC_PREFIX", scenario.topics.prefix() + "later.");
      Service journal = scenario.begin();
      Await.until(
          "it says what it waits for",
          () -> journal.unreadiness().orElse("").contains("none of the journal's topics is there"));

      scenario.topics.create("later.effects.attempts", 1, Map.of());
      JournalScenario.awaitReady(journal);
    }
  }

  @Test
  void itMayStartBeforePostgresIsThere() throws Exception {
    try (var scenario = JournalScenario.create();
        var proxy = TcpProxy.before(ServiceProcess.freePort())) {
      scenario.environment.put(
          "JOURNAL_DB_URL",
          "jdbc:postgresql://127.0.0.1:%d/%s".formatted(proxy.port(), scenario.database.name()));
      scenario.environment.put("JOURNAL_DB_TIMEOUT", "1s");
      Service journal = scenario.begin();
      Await.until(
          "it says what it waits for",
          () -> !journal.unreadiness().orElse("starting").contains("starting"));

      proxy.leadTo(scenario.database.server().port());
      JournalScenario.awaitReady(journal);
    }
  }
}
