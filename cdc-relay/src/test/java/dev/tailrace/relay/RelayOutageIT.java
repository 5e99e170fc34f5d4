package dev.tailrace.relay;

import dev.tailrace.contracts.service.Service;
import dev.tailrace.embedded.EmbeddedKafka;
import dev.tailrace.embedded.EmbeddedPostgres;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.KafkaServer;
import dev.tailrace.testkit.NothingLost;
import dev.tailrace.testkit.PostgresServer;
import dev.tailrace.testkit.TestDatabase;
import dev.tailrace.testkit.TestTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka or Postgres goes away for a while; on servers of the test's own. */
class RelayOutageIT {

  @Test
  void waitsForKafkaToComeBack(@TempDir Path directory) throws Exception {
    EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0, 0);
    int port = kafka.port();
    try (var scenario =
        Scenario.on(TestDatabase.create(), TestTopics.createOn(KafkaServer.of(kafka)))) {
      Service service = scenario.start();
      scenario.append("before");
      scenario.awaitEvents(1);
      kafka.close();
      for (int i = 0; i < 20; i++) {
        scenario.append("away-" + i);
      }
      Await.until(
          "it says what it waits for",
          () -> Scenario.ask(service, "ready").matches("503.*Kafka has not taken a batch.*"));
      kafka = EmbeddedKafka.start(directory, port, 0);
      scenario.append("back");
      Await.untilHolds(
          new NothingLost(scenario.database.dataSource(), scenario.topics), Duration.ofSeconds(40));
      Scenario.awaitReady(service);
    } finally {
      kafka.close();
    }
  }

  @Test
  void makesATopicAgainThatWasDeleted() throws Exception {
    try (var scenario = Scenario.create();
        var admin =
            Admin.create(
                Map.<String, Object>of("bootstrap.servers", scenario.topics.bootstrapServers()))) {
      scenario.start();
      scenario.append("before");
      scenario.awaitEvents(1);
      String topic = scenario.topics.name("events.kitchen.task.claimed");
      admin.deleteTopics(List.of(topic)).all().get();
      scenario.append("after");
      Await.until(
          "it is there again",
          Duration.ofSeconds(60),
          () ->
              scenario.topics.names().contains(topic)
                  && scenario.events().stream().anyMatch(it -> it.key().equals("after")));
    }
  }

  @Test
  void waitsForPostgresToComeBackAfterAKill(@TempDir Path directory) throws Exception {
    EmbeddedPostgres postgres = EmbeddedPostgres.start(directory, 0, Map.of());
    int port = postgres.port();
    try (var scenario =
        Scenario.on(TestDatabase.createOn(PostgresServer.of(postgres)), TestTopics.create())) {
      scenario.start();
      scenario.append("before");
      scenario.awaitEvents(1);
      postgres.kill();
      postgres = EmbeddedPostgres.start(directory, port, Map.of());
      scenario.append("back");
      Await.untilHolds(
          new NothingLost(scenario.database.dataSource(), scenario.topics), Duration.ofSeconds(40));
    } finally {
      postgres.close();
    }
  }
}
