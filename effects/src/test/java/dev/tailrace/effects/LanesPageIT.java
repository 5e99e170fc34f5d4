package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.KitchenEvent.TaskReleased;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the admin port of a running application shows of its lanes. */
class LanesPageIT {

  private final CountDownLatch answers = new CountDownLatch(1);
  private final CountDownLatch passes = new CountDownLatch(1);
  private final HttpClient http = HttpClient.newHttpClient();
  private RealKitchen kitchen;

  @TempDir private Path state;

  @BeforeEach
  void open() throws SQLException {
    kitchen = RealKitchen.open();
  }

  @AfterEach
  void close() {
    answers.countDown();
    passes.countDown();
    kitchen.close();
    http.close();
  }

  private Application application() {
    var application = new Application("kitchen");
    application
        .consumer("ring")
        .on(TaskClaimed.class)
        .when(
            received -> {
              if (received.event().taskId().equals("stuck")) {
                uninterrupted(passes);
              }
              return true;
            })
        .retry(Backoff.schedule("1h*9").jitter(0))
        .wokenBy(TaskReleased.class)
        .handle(
            effect ->
                switch (effect.event().taskId()) {
                  case "task-0" -> {
                    answers.await();
                    yield Outcome.done("rung");
                  }
                  case "task-1" -> Outcome.retry("the bell is broken");
                  default ->
                      Outcome.parked(TaskReleased.class, effect.event().taskId(), "not free");
                });
    return application;
  }

  private static void uninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private JsonNode lanes(Service service, String query) throws IOException, InterruptedException {
    HttpResponse<String> response = get(service, "/effects/lanes" + query);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Json.read(response.body());
  }

  private HttpResponse<String> get(Service service, String path)
      throws IOException, InterruptedException {
    var uri = URI.create("http://127.0.0.1:" + service.adminPort() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  private static List<String> told(JsonNode lanes) {
    return lanes
        .path("lanes")
        .valueStream()
        .map(
            lane ->
                "%s %d %s"
                    .formatted(
                        lane.path("lane").asText(),
                        lane.path("pending").asInt(),
                        lane.path("state").asText()))
        .toList();
  }

  @Test
  void showsEachBusyLaneWithItsHeadAndTheQueueOfOne() throws Exception {
    try (Service service = kitchen.start(application(), state, 64)) {
      kitchen.produce(0, 300 * RealKitchen.PARTITIONS, RealKitchen.PARTITIONS);
      Await.untilAsserted(
          "all lanes are busy, each in its own way",
          () ->
              assertThat(told(lanes(service, "")))
                  .containsExactly(
                      "task-0 300 running", "task-1 300 waiting", "task-2 300 parked"));

      JsonNode all = lanes(service, "?limit=2");
      assertThat(all.path("tasks").valueStream().map(JsonNode::asInt)).containsExactly(0, 1, 2);
      assertThat(all.path("missing").isEmpty()).isTrue();
      assertThat(all.path("wanted").asInt()).isEqualTo(3);
      assertThat(all.path("lanes")).hasSize(2);

      JsonNode failed = lanes(service, "?state=waiting").at("/lanes/0/head");
      assertThat(failed.path("eventId").asText()).isEqualTo(Kitchen.id(1).toString());
      assertThat(failed.path("attempt").asInt()).isEqualTo(2);
      assertThat(failed.path("lastError").asText()).isEqualTo("the bell is broken");
      assertThat(lanes(service, "?state=parked").at("/lanes/0/head/awaits/key").asText())
          .isEqualTo("task-2");

      JsonNode queue = lanes(service, "?consumer=ring&lane=task-1&limit=300").at("/lanes/0/queue");
      assertThat(queue.valueStream().map(effect -> effect.path("eventId").asText()))
          .as("beyond what is in memory too, in order")
          .containsExactlyElementsOf(
              IntStream.range(0, 300).mapToObj(i -> Kitchen.id(3 * i + 1).toString()).toList());
      assertThat(queue.valueStream().skip(1).map(effect -> effect.path("state").asText()))
          .containsOnly("behind");
    }
  }

  @Test
  void aTaskWhoseThreadHangsIsNamedAndNotLeftOut() throws Exception {
    try (Service service = kitchen.start(application(), state, 64)) {
      kitchen.produce(0, RealKitchen.PARTITIONS, RealKitchen.PARTITIONS);
      Await.until("all are busy", () -> lanes(service, "").path("lanes").size() == 3);
      kitchen.arrives(Kitchen.TOPIC, 0, Kitchen.claimed(100, "stuck"));

      Await.untilAsserted(
          "the thread hangs",
          () -> {
            JsonNode answer = lanes(service, "");
            assertThat(answer.path("tasks").isEmpty()).isTrue();
            assertThat(answer.path("missing").valueStream().map(it -> it.path("why").asText()))
                .hasSize(3)
                .allSatisfy(why -> assertThat(why).contains("did not answer within 2 s"));
          });
      passes.countDown();
      Await.until("it goes on", () -> lanes(service, "").path("missing").isEmpty());
    }
  }

  @Test
  void isReadyAndLiveWhileItRunsAndRefusesWhatItDoesNotUnderstand() throws Exception {
    try (Service service = kitchen.start(application(), state, 64)) {
      Await.until("it is ready", Duration.ofSeconds(30), () -> service.unreadiness().isEmpty());

      assertThat(get(service, "/health/ready").body())
          .contains("\"effect_done\":\"ok\"", "\"streams\":\"ok\"");
      assertThat(get(service, "/health/live").body())
          .isEqualTo("{\"status\":\"UP\",\"checks\":{\"streams\":\"ok\"}}");
      HttpResponse<String> refused = get(service, "/effects/lanes?consumer=rang&limit=0");
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains("did you mean ring?", "limit '0'");
      Await.untilAsserted(
          "metrics tell of every task",
          () ->
              assertThat(get(service, "/metrics").body())
                  .contains("tailrace_effects_tasks{application=\"kitchen\"} 3.0")
                  .contains("tailrace_effects_oldest_age_seconds"));
    }
  }
}
