package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a source may do in a way of its own: greet, find its key in a header, answer with nothing,
 * have a parameter in its path.
 */
class SourcesOwnAnswersIT {

  private static final String ROUTE = "/webhooks/{project}/sender";

  private static final SettableClock CLOCK = new SettableClock();
  private static final SimpleMeterRegistry METERS = new SimpleMeterRegistry();
  private static TestDatabase database;
  private static GroupCommit commit;
  private static Rejections rejections;
  private static SlowSenders slowSenders;
  private static PublicServer server;

  /** A made-up sender. */
  private static final class Sender implements WebhookSource {

    @Override
    public String name() {
      return "sender";
    }

    @Override
    public String route() {
      return ROUTE;
    }

    @Override
    public int bodyLimit() {
      return 64;
    }

    @Override
    public Verification verify(Headers headers, Body body) {
      return new Genuine();
    }

    @Override
    public Reading read(Headers headers, Body body) {
      String text = body.text().orElseThrow();
      return text.startsWith("hello ")
          ? new Reply(
              Answer.json(200, Json.MAPPER.createObjectNode().put("challenge", text.substring(6))))
          : new Delivery(
              name(),
              headers.only("svix-id").orElseThrow(),
              new Owner.StripeCustomer(Optional.empty(), "sender/1"),
              new TaskClaimed("task-1", "emp-1", CLOCK.instant()),
              CLOCK.instant(),
              body,
              Optional.empty());
    }

    @Override
    public Answer accepted() {
      return Answer.empty(200);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    rejections = new Rejections(METERS, database.dataSource(), CLOCK);
    slowSenders = new SlowSenders(CLOCK);
    commit = new GroupCommit(new Transactions(database.dataSource()), 1, 16, METERS);
    server =
        PublicServer.open(
            "127.0.0.1",
            0,
            List.of(
                new WebhookEndpoint(new Sender(), commit.ordinary(), new Shares(4), rejections)),
            new Reception(new Gate(8, 1, 1 << 20)),
            slowSenders,
            METERS);
  }

  @AfterAll
  static void stop() {
    server.close();
    commit.close();
    slowSenders.close();
    rejections.close();
    database.close();
  }

  @BeforeEach
  void empty() {
    database.execute("truncate outbox_event, webhook_receipt, webhook_body");
  }

  @Test
  void aGreetingIsAnsweredAndNothingIsStored() throws Exception {
    HttpResponse<String> answer = post("hello 42");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"challenge\":\"42\"}");
    assertThat(database.count("select count(*) from webhook_receipt")).isZero();
  }

  @Test
  void theKeyMayStandInAHeaderAndTheAnswerBeEmpty() throws Exception {
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> answer = post("{}", "svix-id", "msg_1");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEmpty();
      assertThat(answer.headers().firstValue("Content-Type")).isEmpty();
    }
    assertThat(database.strings("select dedupe_key from webhook_receipt")).containsExactly("msg_1");
    assertThat(database.count("select count(*) from outbox_event")).isOne();
  }

  @Test
  void theRouteAndNoPathNamesTheMetric() throws Exception {
    post("hello 0");
    post("hello 1");

    Await.until(
        "the requests are counted",
        () ->
            METERS.find("tailrace.ingest.requests").tag("route", ROUTE).timers().stream()
                    .mapToLong(timer -> timer.count())
                    .sum()
                >= 2);
    assertThat(METERS.find("tailrace.ingest.requests").timers())
        .extracting(timer -> timer.getId().getTag("route"))
        .doesNotContain("/webhooks/project-1/sender");
  }

  /** So much is refused by the server before the endpoint is asked. */
  @Test
  void aHugeBodyIsRefusedInTheEndpointsWords() throws Exception {
    byte[] huge = new byte[4096];
    Arrays.fill(huge, (byte) 'x');
    HttpResponse<String> answer = send(request().POST(BodyPublishers.ofByteArray(huge)));

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("the body is too large");
  }

  private static HttpResponse<String> post(String body, String... headers) throws Exception {
    HttpRequest.Builder request = request().POST(BodyPublishers.ofByteArray(body.getBytes(UTF_8)));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  private static HttpRequest.Builder request() {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.port() + "/webhooks/project-1/sender"));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
