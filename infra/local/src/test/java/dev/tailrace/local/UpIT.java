package dev.tailrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.net.Webhook;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.KafkaServer;
import dev.tailrace.testkit.TestTopics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer does first: up, demo, an event of their own, and the mistakes one makes. */
class UpIT {

  @TempDir private static Path folder;

  private static int portBase;
  private static RunningTailrace tailrace;

  @BeforeAll
  static void up() throws IOException {
    portBase = RunningTailrace.freePortBase();
    tailrace = RunningTailrace.up(folder.resolve("data"), portBase);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    tailrace.stop();
  }

  @Test
  void upSaysWhereEverythingIs() {
    assertThat(tailrace.output())
        .contains(
            "PostgreSQL 18",
            "Kafka 4.3.1",
            "migrations",
            "stand-ins",
            "Stripe · Ably · PostHog · OAuth · Daytona · Resend")
        .contains("cdc-relay", "ingest-service", "billing", "analytics")
        .contains("machines", "forwarding")
        .contains("realtime-bridge", "journal")
        .contains("http://localhost:" + portBase + "/webhooks/stripe")
        .contains("./tailrace demo --data " + folder.resolve("data"));
  }

  @Test
  void theDemoShowsAllJourneys() throws Exception {
    assertThat(RunningTailrace.run("demo", "--data", folder.resolve("data").toString()))
        .contains("POST /webhooks/stripe", "200, committed", "outbox ")
        .containsPattern(
            "events\\.stripe\\.customer\\.subscription\\.created\\[\\d+]@\\d+ +seq \\d+")
        .contains("billing · syncSubscription", "billing_account org_demo → active")
        .containsPattern("realtime\\.outbox\\[\\d+]@\\d+ +seq \\d+")
        .contains("the subscriber saw kitchen.task.claimed")
        .contains("machines · provisionMachine", "active at http://127.0.0.1:")
        .contains("forwarding · forwardSlackEvent")
        .containsPattern(
            "the daemon got it at /api/integrations/slack/webhook +conversation C0DEMO/")
        .endsWith("exit 0");
  }

  @Test
  void anEventSignedByStripesOwnSdkIsReadBackFromKafka() throws Exception {
    String event =
        """
        {"id":"evt_up","object":"event","api_version":null,"created":1767225600,"type":"customer.subscription.created",
         "data":{"object":{"id":"sub_up","object":"subscription","customer":"cus_up","status":"active"}}}""";
    assertThat(deliver(event).statusCode()).isEqualTo(200);

    try (var topics = TestTopics.wholeBroker(new KafkaServer(tailrace.whereabouts().kafka()))) {
      Await.until("it is in Kafka", () -> !ofCustomer(topics, "cus_up").isEmpty());
      ConsumerRecord<String, byte[]> record = ofCustomer(topics, "cus_up").getFirst();

      assertThat(new String(record.value(), StandardCharsets.UTF_8))
          .isEqualTo(
              """
              {"id":"evt_up","created":"2026-01-01T00:00:00Z","object":{"id":"sub_up","object":"subscription","customer":"cus_up","status":"active"}}""");
      assertThat(record.headers().lastHeader("ce_type").value())
          .asString(StandardCharsets.UTF_8)
          .isEqualTo("stripe:customer.subscription.created");
    }
  }

  @Test
  void aProjectIsConnectedToEachProviderByTheWholeWayThroughTheBrowser() throws Exception {
    String user =
        call(
                "user.create",
                "{\"email\":\"up@example.com\",\"name\":\"Up\",\"signupMethod\":\"email\"}")
            .path("userId")
            .asText();
    String organization =
        call(
                "organization.create",
                "{\"name\":\"Up\",\"slug\":\"up\",\"ownerUserId\":\"%s\"}".formatted(user))
            .path("organizationId")
            .asText();
    String project =
        call(
                "project.create",
                "{\"name\":\"Up\",\"slug\":\"up\",\"organizationId\":\"%s\"}"
                    .formatted(organization))
            .path("projectId")
            .asText();
    for (String provider : List.of("slack", "github", "google")) {
      JsonNode start =
          call(
              "oauth.start",
              "{\"provider\":\"%s\",\"projectId\":\"%s\",\"userId\":\"%s\"}"
                  .formatted(provider, project, user));
      String cookie = start.path("cookie").asText().replaceFirst(";.*", "");
      HttpResponse<String> sent = get(start.path("url").asText(), cookie);
      assertThat(sent.statusCode()).as(sent.body()).isEqualTo(302);
      HttpResponse<String> back = get(sent.headers().firstValue("Location").orElseThrow(), cookie);
      assertThat(back.statusCode()).as(back.body()).isEqualTo(200);
      assertThat(back.body()).contains("onnected");
    }
    try (var topics = TestTopics.wholeBroker(new KafkaServer(tailrace.whereabouts().kafka()))) {
      Await.until(
          "the three connections are told",
          () ->
              topics.readAllMatching(Pattern.compile("events\\.connection\\..*")).stream()
                      .filter(record -> project.equals(record.key()))
                      .count()
                  == 3);
    }
  }

  private static JsonNode call(String procedure, String input) throws Exception {
    HttpResponse<String> answer = post("/rpc/" + procedure, Pipeline.PLATFORM_TOKEN.text(), input);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.read(answer.body());
  }

  private static HttpResponse<String> get(String url, String cookie) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create(url)).header("Cookie", cookie).build(),
          BodyHandlers.ofString());
    }
  }

  private static List<ConsumerRecord<String, byte[]>> ofCustomer(
      TestTopics topics, String customer) {
    return topics.readAll("events.stripe.customer.subscription.created").stream()
        .filter(record -> record.key().equals(customer))
        .toList();
  }

  private static HttpResponse<String> deliver(String event) throws Exception {
    long now = System.currentTimeMillis() / 1_000;
    String signature = Webhook.Util.computeHmacSha256(Pipeline.WEBHOOK_SECRET, now + "." + event);
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(
                  URI.create(tailrace.whereabouts().ingestUrl() + "/webhooks/stripe"))
              .header("Stripe-Signature", "t=" + now + ",v1=" + signature)
              .POST(BodyPublishers.ofString(event))
              .build(),
          BodyHandlers.ofString());
    }
  }

  @Test
  void theTokensOfTheReadmeAppendAndCall() throws Exception {
    String event =
        """
        {"type": "kitchen.task.claimed", "tenantId": "demo", "aggregateId": "task-7",
         "payload": {"taskId": "task-7", "employeeId": "emp-1", "claimedAt": "2026-01-31T12:00:00Z"}}""";
    assertThat(post("/events", "tr_e_local_tailrace", event).statusCode()).isEqualTo(201);
    String poke = "{\"message\": \"hello\"}";
    assertThat(post("/rpc/testing.poke", "tr_p_local_tailrace", poke).statusCode()).isEqualTo(200);
  }

  @Test
  void whatIsCountedReachesPostHog() throws Exception {
    String event =
        """
        {"type": "analytics:captured", "tenantId": "demo", "aggregateId": "user-7",
         "payload": {"event": "signed_up", "distinctId": "user-7", "properties": {}, "capturedAt": "2026-01-31T12:00:00Z"}}""";
    assertThat(post("/events", "tr_e_local_tailrace", event).statusCode()).isEqualTo(201);

    String captures =
        "http://127.0.0.1:%d/_standin/captures".formatted(Ports.from(portBase).posthog());
    Await.until(
        "PostHog's stand-in has it",
        () ->
            get(captures, "none")
                .body()
                .contains("\"event\":\"signed_up\",\"distinct_id\":\"user-7\""));
  }

  private static HttpResponse<String> post(String path, String token, String body)
      throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create(tailrace.whereabouts().ingestUrl() + path))
              .header("Authorization", "Bearer " + token)
              .POST(BodyPublishers.ofString(body))
              .build(),
          BodyHandlers.ofString());
    }
  }

  @Test
  void aSecondUpSaysThatOneIsRunning() throws Exception {
    assertThat(RunningTailrace.run("up", "--data", folder.resolve("data").toString()))
        .contains("✗ Tailrace is running already on", "webhooks at http://localhost:" + portBase)
        .endsWith("exit 1");
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    assertThat(
            RunningTailrace.run(
                "up",
                "--data",
                folder.resolve("other").toString(),
                "--port-base",
                Integer.toString(portBase)))
        .contains("✗ Port " + portBase + " (ingest-service) is in use", "--port-base")
        .doesNotContain("Exception")
        .endsWith("exit 1");
  }

  @Test
  void aDemoWithoutUpSaysWhatToDo() throws Exception {
    assertThat(RunningTailrace.run("demo", "--data", folder.resolve("nowhere").toString()))
        .contains("✗ Tailrace is not running on", "./tailrace up")
        .endsWith("exit 1");
  }
}
