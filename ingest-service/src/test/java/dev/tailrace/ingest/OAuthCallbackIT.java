package dev.tailrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Json;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OAuthCallbackIT {

  private static final Pattern REFERENCE = Pattern.compile("Reference for support: ([0-9a-f]{10})");

  private static OAuthStage stage;
  private final ListAppender<ILoggingEvent> logs = new ListAppender<>();

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
    logs.start();
    logger().setLevel(Level.TRACE);
    logger().setAdditive(false);
    logger().addAppender(logs);
  }

  @AfterEach
  void leaveTheLog() {
    logger().detachAppender(logs);
    logger().setAdditive(true);
    logger().setLevel(null);
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
  void refusesAStateThatWasUsed() throws Exception {
    var departure = stage.start(OAuthProvider.SLACK);
    String back = stage.agree(departure);
    assertThat(stage.comeBack(back, departure.sent()).statusCode()).isEqualTo(200);

    assertRefused(stage.comeBack(back, departure.sent()), 400, "can&#39;t be used any more");
    assertThat(stage.database().count("select count(*) from outbox_event")).isOne();
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
  void refusesAStateThatIsTooOld() throws Exception {
    var departure = stage.start(OAuthProvider.SLACK);
    String back = stage.agree(departure);
    stage.clock().advance(OAuthStates.LIFETIME);

    assertRefused(stage.comeBack(back, departure.sent()), 400, "within ten minutes");
    assertNothingIsStored();
  }

  @Test
  void refusesAStateThatNobodyGave() throws Exception {
    for (String query :
        List.of(
            "",
            "?code=x",
            "?code=x&state=y",
            "?code=x&state=" + OAuthSecrets.draw(),
            "?code=x&state=%00",
            "?error=access_denied")) {
      assertRefused(
          stage.comeBack("/oauth/slack/callback" + query, "x=y"), 400, "can&#39;t be used");
    }
  }

  @Test
  void refusesAStateOfAnotherProvider() throws Exception {
    var departure = stage.start(OAuthProvider.SLACK);
    String back = stage.agree(departure).replace("/slack/", "/google/");
    assertRefused(stage.comeBack(back, departure.sent()), 400, "can&#39;t be used any more");
  }

  @Test
  void refusesAnotherBrowserAndSpendsTheState() throws Exception {
    var departure = stage.start(OAuthProvider.SLACK);
    String back = stage.agree(departure);

    assertRefused(stage.comeBack(back, "x=y"), 403, "another browser");
    assertRefused(stage.comeBack(back, departure.sent()), 400, "can&#39;t be used any more");
    assertNothingIsStored();
  }

  @Test
  void refusesTheBrowserOfAnotherUser() throws Exception {
    var mine = stage.start(OAuthProvider.SLACK);
    var theirs = stage.start(OAuthProvider.SLACK, "prj_2", "usr_2", Optional.empty());

    assertRefused(stage.comeBack(stage.agree(mine), theirs.sent()), 403, "somebody else");
    assertNothingIsStored();
  }

  @Test
  void refusesACookieThatWasChanged() throws Exception {
    var departure = stage.start(OAuthProvider.SLACK);
    String cookie = departure.sent();
    char last = cookie.charAt(cookie.length() - 2);
    String changed =
        cookie.substring(0, cookie.length() - 2)
            + (last == 'A' ? 'B' : 'A')
            + cookie.charAt(cookie.length() - 1);

    assertRefused(stage.comeBack(stage.agree(departure), changed), 403, "another browser");
  }

  @Test
  void saysSoWhenThePersonDidNotAllowIt() throws Exception {
    stage.standIn().deny();
    for (OAuthProvider provider : OAuthProvider.values()) {
      assertRefused(stage.connect(stage.start(provider)), 400, "You did not allow it");
    }
    assertNothingIsStored();
  }

  @Test
  void refusesACodeThatTheProviderDoesNotTake() throws Exception {
    for (OAuthProvider provider : OAuthProvider.values()) {
      var departure = stage.start(provider);
      String back = stage.agree(departure).replaceFirst("code=[^&]*", "code=made-up");
      assertRefused(stage.comeBack(back, departure.sent()), 400, "did not accept");
    }
    assertThat(said()).contains("invalid_code", "bad_verification_code", "invalid_grant");
    assertNothingIsStored();
  }

  @Test
  void refusesACodeOfAnotherVerifier() throws Exception {
    var mine = stage.start(OAuthProvider.GITHUB);
    var theirs = stage.start(OAuthProvider.GITHUB);
    String stolen = codeOf(stage.agree(theirs));
    String back = stage.agree(mine).replaceFirst("code=[^&]*", "code=" + stolen);

    assertRefused(stage.comeBack(back, mine.sent()), 400, "did not accept");
  }

  @Test
  void saysSoWhenTheProviderIsAway() throws Exception {
    for (OAuthProvider provider : OAuthProvider.values()) {
      var departure = stage.start(provider);
      String back = stage.agree(departure);
      stage.standIn().faults().fail(503, 1);
      assertRefused(stage.comeBack(back, departure.sent()), 502, "could not be reached");
    }
    assertNothingIsStored();
  }

  @Test
  void refusesAWorkspaceOfAnotherProject() throws Exception {
    stage.connected(OAuthProvider.SLACK);
    String before = tables();

    assertRefused(
        stage.connect(stage.start(OAuthProvider.SLACK, "prj_2", "usr_1", Optional.empty())),
        409,
        "connected to another project");
    assertThat(tables()).isEqualTo(before);
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
  void saysWhatIsMissingInTheLogWhenItIsNotSetUp() throws Exception {
    try (var off = new OAuth(OAuthSettings.none(), stage.transactions(), stage.clock())) {
      Answer answer = off.callbacks().getFirst().refusal(new Headers(Map.of())).orElseThrow();
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.body()).contains("OAuth with Slack is not set up");
      assertThat(said()).contains("INGEST_SEALING_KEYS", "INGEST_SLACK_CLIENT_SECRET");
    }
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
        tables() + said() + answer.body() + again.body() + answer.headers() + again.headers();
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

  /** The page says it to the person, and names what the log has too. */
  private void assertRefused(HttpResponse<String> answer, int status, String text) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
    assertThat(answer.body()).contains(text);
    Matcher reference = REFERENCE.matcher(answer.body());
    assertThat(reference.find()).isTrue();
    assertThat(said()).contains("reference=" + reference.group(1));
  }

  private static void assertNothingIsStored() {
    assertThat(stage.database().count("select count(*) from connection")).isZero();
    assertThat(stage.database().count("select count(*) from secret")).isZero();
    assertThat(stage.database().count("select count(*) from outbox_event")).isZero();
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

  private String said() {
    return List.copyOf(logs.list).stream()
        .map(event -> event.getFormattedMessage() + " " + event.getKeyValuePairs())
        .map(line -> line.replace("\"", ""))
        .collect(Collectors.joining("\n"));
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger("dev.tailrace");
  }
}
