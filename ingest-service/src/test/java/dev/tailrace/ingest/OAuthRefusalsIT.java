package dev.tailrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.sealing.Sealing;
import dev.tailrace.testkit.TestDatabase;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OAuthRefusalsIT {

  private static final Pattern REFERENCE = Pattern.compile("Reference for support: ([0-9a-f]{10})");

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
  void refusesAStateThatWasUsed() throws Exception {
    var departure = stage.start(OAuthProvider.SLACK);
    String back = stage.agree(departure);
    assertThat(stage.comeBack(back, departure.sent()).statusCode()).isEqualTo(200);

    assertRefused(stage.comeBack(back, departure.sent()), 400, "can&#39;t be used any more");
    assertThat(stage.database().count("select count(*) from outbox_event")).isOne();
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
    assertThat(log.said()).contains("invalid_code", "bad_verification_code", "invalid_grant");
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
  void saysWhatIsMissingInTheLogWhenItIsNotSetUp() throws Exception {
    try (var off = new OAuth(OAuthSettings.none(), stage.transactions(), stage.clock())) {
      Answer answer = off.callbacks().getFirst().refusal(new Headers(Map.of())).orElseThrow();
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.body()).contains("OAuth with Slack is not set up");
      assertThat(log.said()).contains("INGEST_SEALING_KEYS", "INGEST_SLACK_CLIENT_SECRET");
    }
  }

  @Test
  void saysSoWhenTheDatabaseIsAway() throws Exception {
    var gone = TestDatabase.create();
    gone.close();
    try (var oauth =
        new OAuth(
            stage.settings(Sealing.read(stage.keyset())),
            new Transactions(gone.dataSource()),
            stage.clock())) {
      Map<String, List<String>> query = Map.of("state", List.of(OAuthSecrets.draw()));
      var request = new Request(new Headers(Map.of()), query, Body.of(new byte[0]));
      Answer answer = oauth.callbacks().getFirst().answer(request);
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.body()).contains("did not work just now", "Reference for support");
    }
  }

  @Test
  void anErrorBesideACodeCounts() throws Exception {
    var departure = stage.start(OAuthProvider.SLACK);
    String back = stage.agree(departure) + "&error=server_error";
    assertRefused(stage.comeBack(back, departure.sent()), 400, "Slack did not allow it");
    assertNothingIsStored();
  }

  private static String codeOf(String back) {
    return back.replaceFirst(".*code=", "").replaceFirst("&.*", "");
  }

  /** The page says it to the person, and names what the log has too. */
  private void assertRefused(HttpResponse<String> answer, int status, String text) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
    assertThat(answer.body()).contains(text);
    Matcher reference = REFERENCE.matcher(answer.body());
    assertThat(reference.find()).isTrue();
    assertThat(log.said()).contains("reference=" + reference.group(1));
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
}
