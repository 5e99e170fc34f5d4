package dev.tailrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.sealing.Sealing;
import dev.tailrace.contracts.sealing.SealingKeys;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OAuthCallbackIT {

  private static OAuthStage stage;
  private final CapturedLog log = new CapturedLog();

  @BeforeAll
  static void start() throws Exception {
    stage = new OAuthStage();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  @BeforeEach
  void empty() {
    stage.database().execute("truncate outbox_event, secret, connection, oauth_state");
    stage.standIn().faults().healthy();
    stage.standIn().agree();
    stage.standIn().lifetime(Optional.of(Duration.ofHours(12)));
    stage.standIn().slackTeam("T0001", "Acme <b>");
  }

  @AfterEach
  void leaveTheLog() {
    log.close();
  }

  @Test
  void connectsASlackWorkspaceWithItsBotAndThePerson() throws Exception {
    HttpResponse<String> answer = stage.connect(stage.start(OAuthProvider.SLACK));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("Slack is connected", "You can close this window");
    Map<String, ?> connection = stage.database().rows("select * from connection").getFirst();
    assertThat(connection.get("project_id")).isEqualTo("prj_1");
    assertThat(connection.get("external_id")).isEqualTo("T0001");
    assertThat(connection.get("name")).isEqualTo("Acme <b>");
    assertThat(connection.get("scope")).isEqualTo("chat:write");
    assertThat(stage.database().strings("select connector from secret order by 1"))
        .containsExactly("slack", "slack-user");
    assertThatTheTokensWork();
    JsonNode event = event("connection:slack:created");
    assertThat(event.path("connectionId").asText()).isEqualTo(connection.get("id"));
    assertThat(event.path("externalId").asText()).isEqualTo("T0001");
    assertThat(event.path("organizationId").asText()).isEqualTo("org_1");
    assertThat(event.path("secretRefs")).hasSize(2);
    assertThat(stage.database().count("select count(*) from oauth_state")).isZero();
  }

  @Test
  void connectsAGithubAccountAndReturnsToThePlatform() throws Exception {
    HttpResponse<String> answer =
        stage.connect(
            stage.start(
                OAuthProvider.GITHUB, "prj_1", "usr_1", Optional.of("/projects/1?tab=git")));

    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("Location"))
        .hasValue("https://app.example.com/projects/1?tab=git");
    assertThat(stage.database().strings("select external_id || ' ' || name from connection"))
        .containsExactly("583231 octocat");
    assertThatTheTokensWork();
    assertThat(event("connection:github:created").path("externalId").asText()).isEqualTo("583231");
  }

  @Test
  void connectsAGoogleAccountOfThePersonWhoDidIt() throws Exception {
    assertThat(stage.connect(stage.start(OAuthProvider.GOOGLE)).statusCode()).isEqualTo(200);

    assertThatTheTokensWork();
    JsonNode event = event("connection:google:created");
    assertThat(event.path("userId").asText()).isEqualTo("usr_1");
    assertThat(event.path("externalId").asText()).isEqualTo("110169484474386276334");
    assertThat(
            stage.database().count("select count(*) from secret where expires_at = ?", inAnHour()))
        .isOne();
  }

  @Test
  void connectingAgainRenewsTheSameConnection() throws Exception {
    List<String> before = stage.connected(OAuthProvider.GITHUB);
    String token = stage.opened(before.getFirst(), "sealed");

    assertThat(stage.connected(OAuthProvider.GITHUB)).isEqualTo(before);
    assertThat(stage.opened(before.getFirst(), "sealed")).isNotEqualTo(token);
    assertThat(stage.database().count("select count(*) from connection")).isOne();
    assertThat(stage.database().count("select count(*) from outbox_event")).isEqualTo(2);
  }

  @Test
  void aKeyThatIsReplacedOnTheWayDoesNotMatter() throws Exception {
    var departure = stage.start(OAuthProvider.GITHUB);
    String back = stage.agree(departure);
    Map<String, List<String>> query =
        Map.of(
            "code",
            List.of(codeOf(back)),
            "state",
            List.of(back.substring(back.indexOf("state=") + 6)));
    OAuthSettings rotated = stage.settings(Sealing.read(SealingKeys.rotated(stage.keyset())));
    try (var oauth = new OAuth(rotated, stage.transactions(), stage.clock())) {
      Endpoint callback =
          oauth.callbacks().stream()
              .filter(endpoint -> endpoint.route().equals("/oauth/github/callback"))
              .findFirst()
              .orElseThrow();
      var headers = Headers.of("Cookie", departure.sent());
      Answer answer = callback.answer(new Request(headers, query, Body.of(new byte[0])));
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }
  }

  @Test
  void ofTwoCallbacksAtOnceOneWins() throws Exception {
    for (int round = 0; round < 5; round++) {
      var departure = stage.start(OAuthProvider.GITHUB);
      String back = stage.agree(departure);
      Callable<Integer> callback = () -> stage.comeBack(back, departure.sent()).statusCode();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var statuses = new ArrayList<Integer>();
        for (var future : threads.invokeAll(List.of(callback, callback))) {
          statuses.add(future.get());
        }
        assertThat(statuses).containsExactlyInAnyOrder(200, 400);
      }
    }
  }

  @Test
  void ofTwoProjectsAtOnceOneGetsTheWorkspace() throws Exception {
    for (int round = 0; round < 5; round++) {
      stage.standIn().slackTeam("T100" + round, "Acme");
      var first = stage.start(OAuthProvider.SLACK);
      var second = stage.start(OAuthProvider.SLACK, "prj_2", "usr_1", Optional.empty());
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var one = threads.submit(() -> stage.connect(first).statusCode());
        var other = threads.submit(() -> stage.connect(second).statusCode());
        assertThat(List.of(one.get(), other.get())).containsExactlyInAnyOrder(200, 409);
      }
    }
    assertThat(stage.database().count("select count(*) from connection")).isEqualTo(5);
  }

  @Test
  void otherAccountsMayBelongToSeveralProjects() throws Exception {
    stage.connected(OAuthProvider.GITHUB);
    assertThat(
            stage
                .connect(stage.start(OAuthProvider.GITHUB, "prj_2", "usr_1", Optional.empty()))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void aMadeUpLinkTakesNoCookieAway() throws Exception {
    var departure = stage.start(OAuthProvider.SLACK);
    HttpResponse<String> answer = stage.comeBack("/oauth/slack/callback?state=x", departure.sent());
    assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
    assertThat(stage.connect(departure).statusCode()).isEqualTo(200);
  }

  @Test
  void takesTheCookieAwayAndLetsNothingOut() throws Exception {
    HttpResponse<String> answer = stage.connect(stage.start(OAuthProvider.SLACK));
    assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow())
        .startsWith(
            "tailrace_oauth_slack=; Path=/oauth; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
    assertThat(answer.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
    assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
  }

  @Test
  void tellsNoSecretInEventsRowsPagesOrLogs() throws Exception {
    var departure = stage.start(OAuthProvider.SLACK);
    String back = stage.agree(departure);
    HttpResponse<String> answer = stage.comeBack(back, departure.sent());
    HttpResponse<String> again = stage.comeBack(back, departure.sent());

    List<String> secrets = new ArrayList<>();
    secrets.add(codeOf(back));
    secrets.add(departure.sent().substring(departure.sent().indexOf('=') + 1));
    secrets.add(back.substring(back.indexOf("state=") + 6));
    for (String id : stage.database().strings("select id from secret")) {
      secrets.add(stage.opened(id, "sealed"));
      secrets.add(stage.opened(id, "sealed_refresh"));
    }
    assertThat(secrets).hasSize(7).doesNotContain("");
    String everything =
        tables() + log.said() + answer.body() + again.body() + answer.headers() + again.headers();
    for (String secret : secrets) {
      assertThat(everything).doesNotContain(secret);
    }
  }

  private static void assertThatTheTokensWork() {
    List<String> secrets = stage.database().strings("select id from secret");
    assertThat(secrets).isNotEmpty();
    for (String id : secrets) {
      assertThat(stage.standIn().accepts(stage.opened(id, "sealed"))).isTrue();
    }
  }

  private static Instant inAnHour() {
    return stage.clock().instant().plus(Duration.ofHours(1));
  }

  private static String codeOf(String back) {
    return back.replaceFirst(".*code=", "").replaceFirst("&.*", "");
  }

  private static JsonNode event(String type) throws Exception {
    List<String> payloads =
        stage.database().strings("select payload from outbox_event where type = ?", type);
    assertThat(payloads).hasSize(1);
    return Json.read(payloads.getFirst());
  }

  /** All that a reader of the tables sees, in one text. */
  private static String tables() {
    return String.join(
        "\n",
        stage
            .database()
            .strings(
                """
                select to_jsonb(e)::text from outbox_event e
                union all select to_jsonb(c)::text from connection c
                union all select to_jsonb(s)::text || encode(s.sealed, 'escape') from secret s
                union all select to_jsonb(o)::text from oauth_state o
                order by 1"""));
  }
}
