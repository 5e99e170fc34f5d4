package dev.tailrace.standins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Resend's API as it is seen on the wire, and what it tells the webhooks. */
class ResendStandInTest {

  private static final String MAIL =
      """
      {"from":"Tailrace <hello@tailrace.example>","to":"ann@example.com","subject":"Hi","text":"Hello"}""";

  private final TickingClock clock = new TickingClock();
  private final ResendStandIn standIn = ResendStandIn.start(0, clock);
  private final Browser browser = new Browser(standIn);
  private final SvixReceiver receiver = new SvixReceiver();

  @BeforeEach
  void listen() {
    standIn.webhooks(receiver.url(), SvixReceiver.SECRET);
    standIn.unlimited();
  }

  @AfterEach
  void close() {
    standIn.close();
    receiver.close();
  }

  @Test
  void sendsAMailAndAnswersItsId() throws Exception {
    HttpResponse<String> answer = post(MAIL);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(standIn.sent())
        .containsExactly(
            new ResendEmail(
                json(answer).path("id").asText(),
                "Tailrace <hello@tailrace.example>",
                List.of("ann@example.com"),
                "Hi",
                Optional.empty(),
                Optional.of("Hello"),
                clock.instant()));
  }

  @Test
  void refusesAKeyThatItDoesNotKnow() throws Exception {
    assertRefused(401, "missing_api_key", browser.call("POST", "/emails", MAIL));
    String[] wrong = {"Authorization", "Bearer re_wrong"};
    assertRefused(401, "validation_error", browser.call("POST", "/emails", MAIL, wrong));
    assertRefused(400, "validation_error", browser.get("/emails/receiving/x", wrong));
    assertThat(standIn.sent()).isEmpty();
  }

  @Test
  void refusesWhatCanNotBeSent() throws Exception {
    assertRefused(400, "validation_error", post("[]"));
    assertMissing("Missing `html` or `text` field.", "validation_error", "text");
    assertMissing("Missing `subject` field.", "missing_required_field", "subject");
    assertMissing("Missing `to` field.", "missing_required_field", "to");
    assertMissing("Missing `from` field.", "missing_required_field", "from");
    for (String field : List.of("from", "to", "cc", "bcc", "reply_to")) {
      for (String bad : List.of("ann", "ann@example", "Ann ann@example.com", "a@b.c, d@e.f")) {
        ObjectNode mail = mail().put(field, bad);
        HttpResponse<String> answer = post(Json.write(mail));
        assertRefused(422, "validation_error", answer);
        assertThat(json(answer).path("message").asText()).startsWith("Invalid `" + field + "`");
      }
    }
    ObjectNode many = mail();
    var to = many.putArray("to");
    for (int i = 0; i < 51; i++) {
      to.add("a" + i + "@example.com");
    }
    assertRefused(422, "validation_error", post(Json.write(many)));
    assertRefused(422, "validation_error", post(Json.write(mail().put("replyTo", "a@b.example"))));
    assertThat(standIn.sent()).isEmpty();
  }

  private void assertMissing(String message, String name, String field) throws Exception {
    ObjectNode mail = mail();
    mail.remove(field);
    HttpResponse<String> answer = post(Json.write(mail));
    assertRefused(422, name, answer);
    assertThat(json(answer).path("message").asText()).isEqualTo(message);
  }

  @Test
  void takesEveryFormOfAnAddress() throws Exception {
    for (String good :
        List.of("a@b.example", "Ann <a+b@b.example>", "\"Lovelace, Ann\" <a@b.example>")) {
      assertThat(post(Json.write(mail().put("from", good))).statusCode()).as(good).isEqualTo(200);
    }
  }

  @Test
  void sendsOnceUnderOneKey() throws Exception {
    String first = json(post(MAIL, "evt-1:sendWelcomeEmail")).path("id").asText();
    assertThat(json(post(MAIL, "evt-1:sendWelcomeEmail")).path("id").asText()).isEqualTo(first);
    assertThat(standIn.sent()).hasSize(1);
    clock.tick(Duration.ofHours(23));
    assertThat(json(post(MAIL, "evt-1:sendWelcomeEmail")).path("id").asText()).isEqualTo(first);
    clock.tick(Duration.ofHours(1));
    assertThat(json(post(MAIL, "evt-1:sendWelcomeEmail")).path("id").asText()).isNotEqualTo(first);
    assertThat(standIn.sent()).hasSize(2);
  }

  @Test
  void refusesAKeyWithAnotherPayload() throws Exception {
    post(MAIL, "k");
    String other = Json.write(mail().put("subject", "Another"));
    assertRefused(409, "invalid_idempotent_request", post(other, "k"));
  }

  @Test
  void doesNotRememberWhatItRefused() throws Exception {
    assertRefused(422, "validation_error", post("{\"from\":\"a@b.example\"}", "k"));
    assertThat(post(MAIL, "k").statusCode()).isEqualTo(200);
  }

  @Test
  void refusesAKeyThatIsTooLong() throws Exception {
    assertThat(post(MAIL, "k".repeat(256)).statusCode()).isEqualTo(200);
    assertRefused(400, "invalid_idempotency_key", post(MAIL, "k".repeat(257)));
    assertRefused(400, "invalid_idempotency_key", post(MAIL, ""));
  }

  @Test
  void letsOnlyOneOfTwoRequestsWithOneKeyWork() throws Exception {
    standIn.faults().slow(Duration.ofMillis(500));
    Callable<HttpResponse<String>> send = () -> post(MAIL, "k");
    List<Integer> statuses = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<HttpResponse<String>> answer : executor.invokeAll(List.of(send, send))) {
        statuses.add(answer.resultNow().statusCode());
      }
    }
    assertThat(statuses).containsExactlyInAnyOrder(200, 409);
    assertThat(standIn.sent()).hasSize(1);
  }

  @Test
  void tellsTheTruthAfterATimeout() throws Exception {
    standIn.faults().acceptThenTimeOut();
    assertThatThrownBy(() -> post(MAIL, "k")).isInstanceOf(HttpTimeoutException.class);
    standIn.faults().healthy();
    assertThat(json(post(MAIL, "k")).path("id").asText()).isEqualTo(standIn.sent().getFirst().id());
    assertThat(standIn.sent()).hasSize(1);
  }

  @Test
  void takesTwoRequestsASecond() throws Exception {
    standIn.limit(ResendStandIn.REQUESTS_A_SECOND);
    assertThat(post(MAIL).statusCode()).isEqualTo(200);
    assertThat(post(MAIL).statusCode()).isEqualTo(200);
    HttpResponse<String> answer = post(MAIL);
    assertRefused(429, "rate_limit_exceeded", answer);
    assertThat(answer.headers().firstValue("retry-after")).hasValue("1");
    assertThat(answer.headers().firstValue("ratelimit-limit")).hasValue("2");
    clock.tick(Duration.ofSeconds(1));
    assertThat(post(MAIL).statusCode()).isEqualTo(200);
  }

  @Test
  void countsRequestsUnlessToldOtherwise() throws Exception {
    try (ResendStandIn fresh = ResendStandIn.start(0, clock)) {
      Browser other = new Browser(fresh);
      String[] key = {"Authorization", "Bearer " + ResendStandIn.API_KEY};
      assertThat(other.call("POST", "/emails", MAIL, key).statusCode()).isEqualTo(200);
      assertThat(other.call("POST", "/emails", MAIL, key).statusCode()).isEqualTo(200);
      assertThat(other.call("POST", "/emails", MAIL, key).statusCode()).isEqualTo(429);
    }
  }

  @Test
  void tellsOfAMailThatCameInWithoutItsTextAndGivesThatWhenAsked() throws Exception {
    String id =
        standIn.receive(
            new ResendIncoming(
                "Ann <ann@example.com>",
                List.of("agent+one@in.example"),
                List.of("bob@example.com"),
                "Hello",
                Optional.of("<p>words</p>"),
                Optional.of("words"),
                Map.of("message-id", "<m1@example.com>", "in-reply-to", "<m0@example.com>")));
    await().until(() -> receiver.deliveries().size() == 1);
    receiver.deliveries().getFirst().assertSigned();
    ObjectNode told = receiver.deliveries().getFirst().json();
    assertThat(told.path("type").asText()).isEqualTo("email.received");
    assertThat(told.path("data").properties().stream().map(Map.Entry::getKey))
        .containsExactlyInAnyOrder(
            "email_id",
            "created_at",
            "from",
            "to",
            "cc",
            "bcc",
            "message_id",
            "subject",
            "attachments");
    assertThat(told.path("data").path("email_id").asText()).isEqualTo(id);
    assertThat(told.toString()).doesNotContain("words");
    ObjectNode whole = json(get("/emails/receiving/" + id));
    assertThat(whole.path("html").asText()).isEqualTo("<p>words</p>");
    assertThat(whole.path("text").asText()).isEqualTo("words");
    assertThat(whole.path("headers").path("in-reply-to").asText()).isEqualTo("<m0@example.com>");
    assertThat(whole.path("message_id").asText()).isEqualTo("<m1@example.com>");
  }

  @Test
  void doesNotKnowOtherMailsAndPaths() throws Exception {
    assertRefused(404, "not_found", get("/emails/receiving/x"));
    assertRefused(404, "not_found", get("/domains"));
    assertRefused(
        405,
        "method_not_allowed",
        browser.call("PUT", "/emails", MAIL, "Authorization", "Bearer " + ResendStandIn.API_KEY));
  }

  @Test
  void tellsWhatBecameOfAMailWhenTold() throws Exception {
    String id = json(post(MAIL)).path("id").asText();
    standIn.tellSent(id);
    standIn.tellDelivered(id);
    standIn.tellBounced(id, "no such box");
    await().until(() -> receiver.deliveries().size() == 3);
    receiver.deliveries().forEach(SvixReceiver.Delivery::assertSigned);
    assertThat(receiver.all("type"))
        .containsExactly("email.sent", "email.delivered", "email.bounced");
    assertThat(receiver.deliveries())
        .allSatisfy(
            told -> assertThat(told.json().path("data").path("email_id").asText()).isEqualTo(id));
    assertThat(
            receiver
                .deliveries()
                .getLast()
                .json()
                .path("data")
                .path("bounce")
                .path("message")
                .asText())
        .isEqualTo("no such box");
    assertThatThrownBy(() -> standIn.tellSent("x")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void canBeWatchedAndChangedOverHttp() throws Exception {
    String id = json(post(MAIL)).path("id").asText();
    assertThat(browser.get("/_standin/emails").body()).contains(id).contains("\"text\":\"Hello\"");
    String mail = "{\"from\":\"ann@example.com\",\"to\":[\"agent@in.example\"],\"text\":\"words\"}";
    HttpResponse<String> received = browser.call("POST", "/_standin/receive", mail);
    assertThat(received.statusCode()).isEqualTo(201);
    assertThat(get("/emails/receiving/" + json(received).path("email_id").asText()).body())
        .contains("\"text\":\"words\"");
    String status = "{\"email_id\":\"" + id + "\",\"status\":\"delivered\"}";
    assertThat(browser.call("POST", "/_standin/status", status).statusCode()).isEqualTo(202);
    await().until(() -> receiver.all("type").contains("email.delivered"));
    await().until(() -> browser.get("/_standin/webhooks").body().contains("\"delivered\":2"));
    assertThat(browser.put("/_standin/limit", "{\"perSecond\":1}").statusCode()).isEqualTo(200);
    assertThat(post(MAIL).statusCode()).isEqualTo(200);
    assertThat(post(MAIL).statusCode()).isEqualTo(429);
    for (String path : List.of("receive", "status", "send", "webhooks")) {
      HttpResponse<String> refused = browser.call("POST", "/_standin/" + path, "{}");
      assertThat(refused.statusCode()).as(path).isEqualTo(400);
      assertThat(refused.body()).contains("legal: ");
    }
  }

  private HttpResponse<String> post(String mail) throws Exception {
    return browser.call(
        "POST", "/emails", mail, "Authorization", "Bearer " + ResendStandIn.API_KEY);
  }

  private HttpResponse<String> post(String mail, String key) throws Exception {
    return browser.call(
        "POST",
        "/emails",
        mail,
        "Authorization",
        "Bearer " + ResendStandIn.API_KEY,
        "Idempotency-Key",
        key);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return browser.get(path, "Authorization", "Bearer " + ResendStandIn.API_KEY);
  }

  private static ObjectNode mail() {
    return Json.readObject(MAIL).orElseThrow();
  }

  private static void assertRefused(int status, String name, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(json(answer).path("statusCode").asInt()).isEqualTo(status);
    assertThat(json(answer).path("name").asText()).isEqualTo(name);
  }

  private static ObjectNode json(HttpResponse<String> answer) {
    return Json.readObject(answer.body()).orElseThrow();
  }
}
