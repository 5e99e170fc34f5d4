package dev.tailrace.ingest;

import static dev.tailrace.ingest.RunningIngest.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.testkit.TestDatabase;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventsIT {

  private static RunningIngest ingest;

  @BeforeAll
  static void start() throws Exception {
    ingest = RunningIngest.on(TestDatabase.create());
  }

  @AfterAll
  static void stop() {
    ingest.close();
  }

  @BeforeEach
  void empty() {
    ingest.database().execute("truncate outbox_event, outbox_dedupe");
  }

  @Test
  void appendsOneEventAndAnswersItsId() throws Exception {
    HttpResponse<String> answer = ingest.publish(claimed("t1", ""));
    assertThat(answer.statusCode()).isEqualTo(201);
    JsonNode event = json(answer).path("events").path(0);
    assertThat(event.path("duplicate").asBoolean()).isFalse();
    assertThat(ingest.database().strings("select id from outbox_event"))
        .containsExactly(event.path("id").asText());
  }

  @Test
  void appendsFiveHundredInTheOrderOfTheRequest() throws Exception {
    List<String> tasks = IntStream.range(0, 500).mapToObj(i -> "t" + i).toList();
    String body =
        tasks.stream().map(task -> claimed(task, "")).collect(Collectors.joining(",", "[", "]"));
    HttpResponse<String> answer = ingest.publish(body);
    assertThat(answer.statusCode()).isEqualTo(201);
    var ids = new ArrayList<String>();
    json(answer).path("events").forEach(event -> ids.add(event.path("id").asText()));
    assertThat(ingest.database().strings("select id from outbox_event order by id")).isEqualTo(ids);
    assertThat(ingest.database().strings("select aggregate_id from outbox_event order by id"))
        .isEqualTo(tasks);
  }

  @Test
  void refusesMoreThanFiveHundred() throws Exception {
    String body =
        IntStream.range(0, 501)
            .mapToObj(i -> claimed("t", ""))
            .collect(Collectors.joining(",", "[", "]"));
    assertThat(ingest.publish(body).statusCode()).isEqualTo(400);
  }

  @Test
  void storesNothingWhenOneOfThemIsWrong() throws Exception {
    HttpResponse<String> answer =
        ingest.publish(
            "{\"events\":[%s,%s,%s]}"
                .formatted(
                    claimed("t1", ""),
                    claimed("t2", "").replace("\"employeeId\":\"e1\"", "\"employeeId\":7"),
                    claimed("t3", "").replace("org_1", " ")));
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = json(answer);
    assertThat(problem.path("title").asText()).isEqualTo("2 of 3 events refused, nothing stored");
    assertThat(problem.path("errors").path(0).path("index").asInt()).isEqualTo(1);
    assertThat(problem.path("errors").path(0).path("path").asText())
        .isEqualTo("/payload/employeeId");
    assertThat(problem.path("errors").path(1).toString())
        .isEqualTo("{\"index\":2,\"path\":\"/tenantId\",\"problem\":\"must not be blank\"}");
    assertThat(ingest.database().count("select count(*) from outbox_event")).isZero();
  }

  @Test
  void appendsADedupeKeyOnce() throws Exception {
    String body = claimed("t1", "\"dedupeKey\":\"k1\",");
    HttpResponse<String> first = ingest.publish(body);
    HttpResponse<String> second = ingest.publish(body);
    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(json(second).path("events").path(0).path("duplicate").asBoolean()).isTrue();
    assertThat(json(second).path("events").path(0).path("id"))
        .isEqualTo(json(first).path("events").path(0).path("id"));
    assertThat(ingest.database().count("select count(*) from outbox_event")).isOne();
  }

  @Test
  void letsRequestsTakeTheSameDedupeKeysInDifferentOrders() throws Exception {
    String one = claimed("t1", "\"dedupeKey\":\"a\",");
    String other = claimed("t2", "\"dedupeKey\":\"b\",");
    var statuses =
        StripeWebhookIT.atOnce(
            24,
            () ->
                ingest
                    .publish(
                        Thread.currentThread().threadId() % 2 == 0
                            ? "[" + one + "," + other + "]"
                            : "[" + other + "," + one + "]")
                    .statusCode());
    assertThat(statuses).isSubsetOf(200, 201);
    assertThat(ingest.database().count("select count(*) from outbox_event")).isEqualTo(2);
  }

  @Test
  void turnsAwayWhoeverHasNoToken() throws Exception {
    for (String credentials : List.of("Bearer wrong", "Basic " + RunningIngest.TOKEN, "Bearer ")) {
      HttpResponse<String> answer =
          ingest.send(
              ingest
                  .request("/events")
                  .header("Authorization", credentials)
                  .POST(BodyPublishers.ofString("no JSON")));
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
      assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    }
  }

  private static String claimed(String task, String more) {
    return """
    {%s"type":"kitchen.task.claimed","tenantId":"org_1","aggregateId":"%s","version":1,
     "payload":{"taskId":"%s","employeeId":"e1","claimedAt":"2026-01-01T00:00:00Z"}}"""
        .formatted(more, task, task);
  }
}
