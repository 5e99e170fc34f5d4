package dev.tailrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Problem;
import dev.tailrace.contracts.sealing.Sealing;
import dev.tailrace.contracts.token.Grant;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OAuthStartIT {

  private static final Caller PLATFORM =
      new Caller(Grant.Kind.PLATFORM, "tok_1", Optional.empty(), Optional.empty());

  private static OAuthStage stage;

  @BeforeAll
  static void start() throws Exception {
    stage = new OAuthStage();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  @Test
  void sendsToSlackWithTheScopesOfBotAndPerson() throws Exception {
    assertThat(query(OAuthProvider.SLACK, "/oauth/v2/authorize"))
        .contains("scope=chat%3Awrite", "user_scope=users%3Aread", "state=")
        .contains("code_challenge=", "code_challenge_method=S256")
        .contains("redirect_uri=https%3A%2F%2Fapp.example.com%2Foauth%2Fslack%2Fcallback");
  }

  /** Slack makes an app a public client for good when it is opened for challenges. */
  @Test
  void sendsNoChallengeToSlackUnlessItsAppIsOpenForThem() {
    Map<String, String> environment =
        Map.of(
            "INGEST_DB_URL", "jdbc:postgresql://db/tailrace",
            "INGEST_DB_USER", "tailrace",
            "INGEST_SLACK_CLIENT_ID", "client",
            "INGEST_SLACK_CLIENT_SECRET", "secret");
    OAuthSettings.Client client =
        IngestConfig.from(environment).oauth().clients().get(OAuthProvider.SLACK);
    try (var calls = new ProviderCalls()) {
      var slack = new SlackAuthorization(Objects.requireNonNull(client), calls);
      assertThat(slack.authorize("state", "challenge", "https://app.example.com/back"))
          .hasPath("/oauth/v2/authorize")
          .extracting(URI::getQuery)
          .asString()
          .contains("state=state")
          .doesNotContain("challenge");
    }
  }

  @Test
  void sendsToGithubWithAChallenge() throws Exception {
    assertThat(query(OAuthProvider.GITHUB, "/login/oauth/authorize"))
        .contains("scope=email", "code_challenge=", "code_challenge_method=S256");
  }

  @Test
  void asksGoogleForARefreshToken() throws Exception {
    assertThat(query(OAuthProvider.GOOGLE, "/o/oauth2/v2/auth"))
        .contains("access_type=offline", "prompt=consent", "response_type=code")
        .contains("scope=openid+email", "code_challenge_method=S256");
  }

  private static String query(OAuthProvider provider, String path) throws SQLException {
    URI url = URI.create(stage.start(provider).url());
    assertThat(url.getPath()).isEqualTo(path);
    return url.getRawQuery();
  }

  @Test
  void bindsTheBrowserByACookie() throws Exception {
    assertThat(stage.start(OAuthProvider.GITHUB).cookie())
        .matches(
            "tailrace_oauth_github=[A-Za-z0-9_-]{43}\\.[A-Za-z0-9_-]{43};"
                + " Path=/oauth; Max-Age=600; HttpOnly; SameSite=Lax; Secure");
  }

  @Test
  void theCookieOfThisMachineNeedsNoHttps() throws Exception {
    OAuthSettings secure = stage.settings(Sealing.read(stage.keyset()));
    var local =
        new OAuthSettings(
            secure.sealing(), Optional.of("http://localhost:8080"), "/", secure.clients());
    var done =
        (Result.Done<OAuthStart.Output>) call(local, PLATFORM, "github", "prj_1", Optional.empty());
    assertThat(done.output().cookie()).endsWith("SameSite=Lax");
  }

  @Test
  void isAboutTheProjectAndOfItsTenant() throws Exception {
    var done =
        (Result.Done<OAuthStart.Output>)
            call(settings(), PLATFORM, "github", "prj_1", Optional.empty());
    assertThat(done.tenantId()).isEqualTo("org_1");
    assertThat(done.aggregateType()).isEqualTo("project");
    assertThat(done.aggregateId()).isEqualTo("prj_1");
  }

  @Test
  void tellsEverythingThatIsWrongAtOnce() throws Exception {
    assertThat(call(settings(), PLATFORM, "myspace", "prj_1", Optional.of("//evil.example")))
        .isEqualTo(
            new Result.Refused<OAuthStart.Output>(
                422,
                "the input can't be taken",
                List.of(
                    new Problem("/provider", "must be one of slack, github, google"),
                    new Problem(
                        "/redirect",
                        "must be a path of the platform such as /settings, percent-encoded"))));
  }

  @Test
  void returnsOnlyToAPathOfThePlatform() {
    for (String path : List.of("/", "/a", "/a/b?c=d&e=%2F#f", "/a//b")) {
      assertThat(OAuthStates.isReturnPath(path)).as(path).isTrue();
    }
    for (String path :
        List.of(
            "",
            "a",
            "//evil.example",
            "/\\evil.example",
            "/a\\b",
            "https://evil.example",
            "/a b",
            "/a\r\nSet-Cookie: x",
            "/\t/evil.example",
            "/é",
            "/" + "a".repeat(512))) {
      assertThat(OAuthStates.isReturnPath(path)).as(path).isFalse();
    }
  }

  @Test
  void refusesAProjectThatIsNotTheCallers() throws Exception {
    var elsewhere =
        new Caller(Grant.Kind.PLATFORM, "tok_2", Optional.of("org_2"), Optional.empty());
    var unknown = call(settings(), PLATFORM, "slack", "prj_0", Optional.empty());
    assertThat(((Result.Refused<OAuthStart.Output>) unknown).status()).isEqualTo(404);
    assertThat(call(settings(), elsewhere, "slack", "prj_1", Optional.empty())).isEqualTo(unknown);
  }

  @Test
  void saysWhichSettingsAreMissing() throws Exception {
    assertThat(call(OAuthSettings.none(), PLATFORM, "google", "prj_1", Optional.empty()))
        .isEqualTo(
            new Result.Refused<OAuthStart.Output>(
                409,
                "OAuth with Google is not set up",
                List.of(
                    new Problem("", "INGEST_SEALING_KEYS is not set"),
                    new Problem("", "INGEST_PUBLIC_URL is not set"),
                    new Problem("", "INGEST_GOOGLE_CLIENT_ID is not set"),
                    new Problem("", "INGEST_GOOGLE_CLIENT_SECRET is not set"))));
  }

  @Test
  void forgetsThoseWhoDidNotComeBack() throws Exception {
    stage.start(OAuthProvider.SLACK);
    stage.clock().advance(OAuthStates.LIFETIME.plus(Duration.ofSeconds(1)));
    stage.start(OAuthProvider.SLACK);
    assertThat(stage.database().count("select count(*) from oauth_state")).isOne();
  }

  @Test
  void keepsNothingThatCouldBeUsed() throws Exception {
    var departure = stage.start(OAuthProvider.GITHUB);
    String rows = String.join("\n", stage.database().strings("select o::text from oauth_state o"));
    String browser = departure.sent().replaceFirst("[^=]*=", "").replaceFirst("\\..*", "");
    String state = departure.url().replaceFirst(".*state=", "").replaceFirst("&.*", "");
    assertThat(rows).doesNotContain(browser, state);
  }

  private static OAuthSettings settings() {
    return stage.settings(Sealing.read(stage.keyset()));
  }

  private static Result<OAuthStart.Output> call(
      OAuthSettings settings,
      Caller caller,
      String provider,
      String project,
      Optional<String> redirect)
      throws SQLException {
    try (var oauth = new OAuth(settings, stage.transactions(), stage.clock())) {
      var start = (OAuthStart) oauth.procedures().getFirst();
      var input = new OAuthStart.Input(provider, project, "usr_1", redirect);
      return stage
          .transactions()
          .run(
              connection ->
                  start.call(
                      new Call(connection, caller, stage.clock().instant(), Optional.empty()),
                      input));
    }
  }
}
