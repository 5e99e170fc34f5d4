package dev.tailrace.standins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What somebody sees who forwards to a machine. */
class DaemonStandInTest {

  private static final String ANOTHER_SECRET = "whsec_YW5vdGhlcg==";
  private static final String IN_A_THREAD =
      "{\"event\":{\"channel\":\"C1\",\"ts\":\"2.0\",\"thread_ts\":\"1.0\"}}";
  private static final String IN_ANOTHER = "{\"event\":{\"channel\":\"C1\",\"ts\":\"3.0\"}}";

  private final TickingClock clock = new TickingClock();
  private final DaemonStandIn standIn = DaemonStandIn.start(0, clock, SvixReceiver.SECRET);
  private final Browser browser = new Browser(standIn);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @AfterEach
  void close() {
    standIn.close();
  }

  @Test
  void takesWhatIsSignedWithTheSecretOfItsMachine() throws Exception {
    assertThat(forward("evt-1", DaemonStandIn.SLACK, IN_A_THREAD, 4).statusCode()).isEqualTo(200);
    assertThat(standIn.deliveries())
        .containsExactly(
            new DaemonDelivery(
                "evt-1",
                DaemonStandIn.SLACK,
                "C1/1.0",
                OptionalLong.of(4),
                IN_A_THREAD,
                clock.instant(),
                200));
  }

  @Test
  void takesPokesAndMails() throws Exception {
    assertThat(forward("evt-1", DaemonStandIn.REFRESH, "{}").statusCode()).isEqualTo(200);
    String mail = "{\"data\":{\"from\":\"Ann <Ann@Example.com>\"}}";
    assertThat(forward("evt-2", DaemonStandIn.EMAIL, mail).statusCode()).isEqualTo(200);
    assertThat(standIn.deliveries())
        .extracting(DaemonDelivery::conversation)
        .containsExactly("", "ann@example.com");
  }

  @Test
  void refusesWhatIsSignedWithAnotherSecret() throws Exception {
    assertUnauthorized(send(request(ANOTHER_SECRET, "evt-1", clock.instant(), "{}")));
    standIn.secret(ANOTHER_SECRET);
    assertThat(send(request(ANOTHER_SECRET, "evt-1", clock.instant(), "{}")).statusCode())
        .isEqualTo(200);
    assertUnauthorized(forward("evt-2", DaemonStandIn.SLACK, "{}"));
    assertThat(standIn.received()).hasSize(1);
  }

  @Test
  void refusesWhatIsSignedTooEarlyOrTooLate() throws Exception {
    for (int seconds : List.of(-299, 299)) {
      Instant at = clock.instant().plusSeconds(seconds);
      assertThat(send(request(SvixReceiver.SECRET, "evt-1", at, "{}")).statusCode()).isEqualTo(200);
    }
    for (int seconds : List.of(-302, 302)) {
      Instant at = clock.instant().plusSeconds(seconds);
      assertUnauthorized(send(request(SvixReceiver.SECRET, "evt-1", at, "{}")));
    }
  }

  @Test
  void refusesWhatIsNotSignedOrSignedBadly() throws Exception {
    assertUnauthorized(browser.call("POST", DaemonStandIn.SLACK, "{}"));
    String seconds = Long.toString(clock.instant().getEpochSecond());
    for (String timestamp : List.of(seconds, "soon", "")) {
      for (String signature : List.of("v1,bad", "v2,x", "")) {
        assertUnauthorized(
            browser.call(
                "POST",
                DaemonStandIn.SLACK,
                "{}",
                "webhook-id",
                "evt-1",
                "webhook-timestamp",
                timestamp,
                "webhook-signature",
                signature));
      }
    }
    assertThat(standIn.received()).isEmpty();
  }

  @Test
  void takesOneOfSeveralSignatures() throws Exception {
    String right = SvixSignature.header(SvixReceiver.SECRET, "evt-1", clock.instant(), "{}");
    HttpResponse<String> answer =
        browser.call(
            "POST",
            DaemonStandIn.REFRESH,
            "{}",
            "webhook-id",
            "evt-1",
            "webhook-timestamp",
            Long.toString(clock.instant().getEpochSecond()),
            "webhook-signature",
            "v2,x v1,wrong " + right);
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void tellsOtherPathsAndMethodsApart() throws Exception {
    assertThat(forward("evt-1", "/api/integrations", "{}").statusCode()).isEqualTo(404);
    assertThat(browser.get(DaemonStandIn.SLACK).statusCode()).isEqualTo(405);
  }

  @Test
  void remembersTheOrderWithinAConversation() throws Exception {
    forward("evt-1", DaemonStandIn.SLACK, IN_A_THREAD);
    forward("evt-2", DaemonStandIn.SLACK, IN_ANOTHER);
    String interaction =
        "payload=%7B%22container%22%3A%7B%22channel_id%22%3A%22C1%22%2C%22thread_ts%22%3A%221.0%22%7D%7D";
    forward("evt-3", DaemonStandIn.SLACK, interaction);
    assertThat(standIn.deliveries("C1/1.0"))
        .extracting(DaemonDelivery::webhookId)
        .containsExactly("evt-1", "evt-3");
    assertThat(standIn.deliveries("C1/3.0")).hasSize(1);
  }

  @Test
  void takesADuplicateOnceAndSaysSo() throws Exception {
    forward("evt-1", DaemonStandIn.SLACK, IN_A_THREAD, 1);
    assertThat(forward("evt-1", DaemonStandIn.SLACK, IN_A_THREAD, 2).statusCode()).isEqualTo(200);
    assertThat(standIn.deliveries()).hasSize(1);
    assertThat(standIn.duplicates())
        .singleElement()
        .extracting(DaemonDelivery::laneSeq)
        .isEqualTo(OptionalLong.of(2));
    assertThat(standIn.received()).hasSize(2);
    standIn.forget();
    assertThat(standIn.received()).isEmpty();
    forward("evt-1", DaemonStandIn.SLACK, IN_A_THREAD, 1);
    assertThat(standIn.duplicates()).isEmpty();
  }

  @Test
  void refusesWhatComesLateInItsLaneWhenToldToCheck() throws Exception {
    forward("evt-1", DaemonStandIn.SLACK, IN_A_THREAD, 5);
    assertThat(forward("evt-2", DaemonStandIn.SLACK, IN_A_THREAD, 4).statusCode()).isEqualTo(200);
    standIn.checkLanes(true);
    assertThat(forward("evt-3", DaemonStandIn.SLACK, IN_A_THREAD, 4).statusCode()).isEqualTo(409);
    assertThat(forward("evt-1", DaemonStandIn.SLACK, IN_A_THREAD, 4).statusCode()).isEqualTo(409);
    assertThat(forward("evt-4", DaemonStandIn.SLACK, IN_ANOTHER, 1).statusCode()).isEqualTo(200);
    assertThat(forward("evt-5", DaemonStandIn.SLACK, IN_A_THREAD).statusCode()).isEqualTo(200);
    assertThat(forward("evt-3", DaemonStandIn.SLACK, IN_A_THREAD, 6).statusCode()).isEqualTo(200);
    assertThat(standIn.deliveries())
        .extracting(DaemonDelivery::webhookId)
        .containsExactly("evt-1", "evt-2", "evt-4", "evt-5", "evt-3");
    assertThat(standIn.received())
        .extracting(DaemonDelivery::status)
        .containsExactly(200, 200, 409, 409, 200, 200, 200);
  }

  @Test
  void callsNothingLateThatMayBeOfAnyLane() throws Exception {
    standIn.checkLanes(true);
    forward("evt-1", DaemonStandIn.REFRESH, "{}", 5);
    assertThat(forward("evt-2", DaemonStandIn.REFRESH, "{}", 1).statusCode()).isEqualTo(200);
    forward("evt-3", DaemonStandIn.SLACK, IN_A_THREAD, 5);
    String interaction = "{\"container\":{\"channel_id\":\"C1\",\"thread_ts\":\"1.0\"}}";
    assertThat(forward("evt-4", DaemonStandIn.SLACK, interaction, 1).statusCode()).isEqualTo(200);
  }

  @Test
  void refusesALaneSeqThatIsNoNumber() throws Exception {
    for (String seq : List.of("x", "-1", "1.5", "9".repeat(19))) {
      HttpRequest.Builder request = request(SvixReceiver.SECRET, "evt-1", clock.instant(), "{}");
      assertThat(send(request.header("tailrace-lane-seq", seq)).statusCode()).isEqualTo(400);
    }
  }

  @Test
  void saysWhenToComeBack() throws Exception {
    standIn.retryAfter(Duration.ofSeconds(7));
    standIn.faults().fail(429, 1);
    HttpResponse<String> answer = forward("evt-1", DaemonStandIn.SLACK, "{}");
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("7");
    for (int status : List.of(410, 500)) {
      standIn.faults().fail(status, 1);
      answer = forward("evt-1", DaemonStandIn.SLACK, "{}");
      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
    }
    assertThat(standIn.received()).isEmpty();
  }

  @Test
  void hasTakenWhatItWasTooSlowToAnswer() {
    standIn.faults().slow(Duration.ofHours(1));
    assertThatThrownBy(() -> forward("evt-1", DaemonStandIn.SLACK, "{}"))
        .isInstanceOf(HttpTimeoutException.class);
    assertThat(standIn.deliveries()).hasSize(1);
  }

  @Test
  void goesDownAndComesBackAgainAndAgain() {
    standIn.flap(Duration.ofMillis(150), Duration.ofMillis(150));
    for (int i = 0; i < 2; i++) {
      await().pollInterval(Duration.ofMillis(10)).until(() -> !reachable());
      await().pollInterval(Duration.ofMillis(10)).until(this::reachable);
    }
    standIn.steady();
    assertThat(reachable()).isTrue();
    assertThat(standIn.faults().current()).isEqualTo(new Fault.Healthy());
  }

  @Test
  void answersAtLength() throws Exception {
    standIn.answerWith(1_000_000);
    HttpResponse<String> answer = forward("evt-1", DaemonStandIn.SLACK, "{}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).hasSize(1_000_000);
    standIn.answerShortly();
    assertThat(forward("evt-2", DaemonStandIn.SLACK, "{}").body()).isEqualTo("{\"ok\":true}");
  }

  @Test
  @Timeout(20)
  void answersWithoutEndUntilItCloses() throws Exception {
    standIn.answerWithoutEnd();
    HttpRequest request = request(SvixReceiver.SECRET, "evt-1", clock.instant(), "{}").build();
    try (InputStream body =
        client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
      assertThat(body.readNBytes(100_000)).hasSize(100_000);
      assertThat(standIn.deliveries()).hasSize(1);
      standIn.close();
      readToTheEnd(body);
    }
  }

  @Test
  void canBeWatchedAndChangedOverHttp() throws Exception {
    for (String change :
        List.of(
            "{\"answer\":\"endless\"}",
            "{\"answer\":1000}",
            "{\"answer\":\"short\"}",
            "{\"retryAfter\":\"PT9S\"}",
            "{\"checkLanes\":true}")) {
      assertThat(browser.put("/_standin/daemon", change).statusCode()).as(change).isEqualTo(200);
    }
    forward("evt-1", DaemonStandIn.SLACK, IN_A_THREAD, 2);
    assertThat(forward("evt-2", DaemonStandIn.SLACK, IN_A_THREAD, 1).statusCode()).isEqualTo(409);
    assertThat(browser.get("/_standin/deliveries").body())
        .contains("\"taken\":1,\"duplicates\":0")
        .contains("\"webhookId\":\"evt-2\"")
        .contains("\"laneSeq\":1")
        .doesNotContain("thread_ts");
    for (String bad : List.of("{}", "{\"answer\":0}", "{\"answer\":\"?\"}", "{\"x\":1}")) {
      assertThat(browser.put("/_standin/daemon", bad).body()).as(bad).contains("legal: ");
    }
  }

  private HttpResponse<String> forward(String id, String path, String body) throws Exception {
    return send(request(SvixReceiver.SECRET, id, clock.instant(), body).uri(uri(path)));
  }

  private HttpResponse<String> forward(String id, String path, String body, long laneSeq)
      throws Exception {
    return send(
        request(SvixReceiver.SECRET, id, clock.instant(), body)
            .uri(uri(path))
            .header("tailrace-lane-seq", Long.toString(laneSeq)));
  }

  private HttpRequest.Builder request(String secret, String id, Instant at, String body) {
    return HttpRequest.newBuilder(uri(DaemonStandIn.SLACK))
        .timeout(Duration.ofSeconds(1))
        .header("webhook-id", id)
        .header("webhook-timestamp", Long.toString(at.getEpochSecond()))
        .header("webhook-signature", SvixSignature.header(secret, id, at, body))
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create(standIn.url() + path);
  }

  private boolean reachable() {
    try {
      return browser.get("/").statusCode() == 404;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Reads what there is; whether the stream is closed in good order or cut off, it ends. */
  private static void readToTheEnd(InputStream body) {
    try {
      var _ = body.readAllBytes();
    } catch (IOException e) {
      assertThat(e).isNotNull();
    }
  }

  private static void assertUnauthorized(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
  }
}
