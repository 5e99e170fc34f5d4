package dev.tailrace.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.standins.AblyMessage;
import dev.tailrace.standins.AblyStandIn;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.ConsumerSettings;
import dev.tailrace.testkit.RelayedEvent;
import dev.tailrace.testkit.TestDatabase;
import dev.tailrace.testkit.TestTopics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bridge between a real Kafka and Ably's stand-in behind Ably's own client. */
class RealtimeBridgeIT {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  private TestDatabase database;
  private TestTopics topics;
  private AblyStandIn ably;
  private Service bridge;

  @TempDir private Path state;

  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    topics = TestTopics.create();
    topics.create("realtime.outbox", 2, Map.of());
    ably = AblyStandIn.start(0, Clock.systemUTC());
    ably.unlimited();
    bridge = BridgeMain.start(BridgeConfig.from(environment()), Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    bridge.close();
    ably.close();
    topics.close();
    database.close();
  }

  private Map<String, String> environment() {
    var environment = ConsumerSettings.of("BRIDGE_", database, topics, state);
    environment.put("BRIDGE_ABLY_KEY", AblyStandIn.KEY);
    environment.put("BRIDGE_ABLY_HOST", ably.url());
    return environment;
  }

  private void arrive(String tenant, int from, int to) {
    for (int i = from; i < to; i++) {
      arrives(tenant, i, progress("task-" + i % 3, i % 101));
    }
  }

  private static String progress(String task, int percent) {
    return "{\"taskId\":\"%s\", \"employeeId\":\"emp-1\",\"progressPercent\":%d,\"updatedAt\":\"2026-01-31T12:00:00Z\"}"
        .formatted(task, percent);
  }

  private void arrives(String tenant, int number, String payload) {
    topics.send(
        "realtime.outbox",
        tenant,
        new RelayedEvent(
            number,
            "kitchen.task.progress",
            tenant,
            "kitchen_task",
            "task-" + number % 3,
            NOON,
            payload));
  }

  private List<String> ids(String tenant) {
    return ably.received("tenant:" + tenant).stream().map(AblyMessage::id).toList();
  }

  private static List<String> ids(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> RelayedEvent.id(i).toString()).toList();
  }

  private List<String> deadReasons() {
    return topics.readAll("effects.dead.realtime-bridge").stream()
        .map(
            dead ->
                new String(
                    dead.headers().lastHeader("tailrace-reason").value(), StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void aSubscriberSeesTheEnvelope() throws Exception {
    arrives("org_1", 7, progress("task-1", 40));
    Await.until("the message is there", () -> ids("org_1").size() == 1);

    AblyMessage message = ably.received("tenant:org_1").getFirst();
    assertThat(message.name()).isEqualTo("kitchen.task.progress");
    assertThat(Json.read(message.data()))
        .isEqualTo(
            Json.read(
                """
                {"id":"%s","version":1,"seq":"0000000000000000007","tenantId":"org_1","aggregateType":"kitchen_task",
                 "aggregateId":"task-1","occurredAt":"2026-01-31T12:00:00Z","eventType":"kitchen.task.progress",
                 "payload":{"taskId":"task-1","employeeId":"emp-1","progressPercent":40,"updatedAt":"2026-01-31T12:00:00Z"}}"""
                    .formatted(RelayedEvent.id(7))));
  }

  @Test
  void aTenantsEventsKeepTheirOrderThroughFaults() throws Exception {
    ably.faults().fail(503, 3);
    arrive("org_1", 0, 20);
    Await.until("all are there", () -> ids("org_1").size() == 20);

    assertThat(ids("org_1")).isEqualTo(ids(0, 20));
  }

  @Test
  void anOutageIsWaitedOut() throws Exception {
    ably.faults().down();
    arrive("org_1", 0, 5);
    Await.until("an attempt has failed", () -> !topics.readAll("effects.attempts").isEmpty());
    assertThat(ids("org_1")).isEmpty();
    ably.faults().healthy();

    Await.until("all are there", () -> ids("org_1").size() == 5);
    assertThat(ids("org_1")).isEqualTo(ids(0, 5));
  }

  @Test
  void whatBrowsersCanNotTakeIsADeadLetterAndHoldsNothingUp() throws Exception {
    arrives("org_1", 1, "{\"taskId\":\"t\",\"progressPercent\":140}");
    arrives("org_1", 2, progress("x".repeat(65_536), 1));
    arrives("org_1", 3, progress("task-3", 1));
    Await.until("the third is there", () -> ids("org_1").size() == 1);

    Await.until("both dead letters are there", () -> deadReasons().size() == 2);
    assertThat(deadReasons())
        .anySatisfy(
            reason ->
                assertThat(reason)
                    .startsWith("VALIDATION_ERROR: ")
                    .contains("/payload/employeeId is missing")
                    .contains("/payload/progressPercent must"))
        .anyMatch(reason -> reason.matches("PAYLOAD_TOO_LARGE: \\d+ bytes \\(max 65536\\)"));
  }

  @Test
  void aRefusalOfAblyIsFinal() throws Exception {
    ably.faults().fail(403, 1);
    arrive("org_1", 0, 2);
    Await.until("the second is there", () -> ids("org_1").size() == 1);

    Await.until("the dead letter is there", () -> !deadReasons().isEmpty());
    assertThat(deadReasons()).singleElement().asString().startsWith("ABLY_ERROR: ");
    assertThat(ids("org_1")).isEqualTo(ids(1, 2));
  }
}
