package dev.tailrace.standins;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each provider in its own words, seen on the wire. */
class OAuthStandInTest {

  private static final String BACK = "http://localhost:8080/back";

  /** RFC 7636, appendix B. */
  private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

  private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

  private static final String SLACK = "/api/oauth.v2.access";
  private static final String GITHUB = "/login/oauth/access_token";
  private static final String GOOGLE = "/token";

  private final TickingClock clock = new TickingClock();
  private final OAuthStandIn standIn = OAuthStandIn.start(0, clock);
  private final Browser browser = new Browser(standIn);

  @AfterEach
  void close() {
    standIn.close();
  }

  @Test
  void sendsTheBrowserBackWithACodeAndTheState() throws Exception {
    assertThat(page("/oauth/v2/authorize", "scope=chat:write", "state=s%261"))
        .startsWith(BACK + "?code=code-")
        .endsWith("&state=s%261");
  }

  @Test
  void sendsTheBrowserBackWithAnErrorWhenThePersonSaysNo() throws Exception {
    standIn.deny();
    assertThat(page("/login/oauth/authorize", "state=s"))
        .isEqualTo(BACK + "?error=access_denied&state=s");
  }

  @Test
  void sendsNoBrowserAnywhereForAClientThatItDoesNotKnow() throws Exception {
    HttpResponse<String> answer =
        browser.get("/login/oauth/authorize?client_id=other&redirect_uri=" + encode(BACK));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Location")).isEmpty();
  }

  @Test
  void slackAnswersErrorsWithStatus200() throws Exception {
    assertSlack("bad_client_secret", form(SLACK, "code=x", "client_secret=wrong"));
    assertSlack("invalid_code", form(SLACK, "code=x", "redirect_uri=" + encode(BACK)));
    assertSlack(
        "bad_redirect_uri", form(SLACK, "code=" + slackCode(), "redirect_uri=http%3A%2F%2Fa.b"));
    assertSlack(
        "invalid_refresh_token", form(SLACK, "grant_type=refresh_token", "refresh_token=x"));
  }

  private static void assertSlack(String error, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"ok\":false,\"error\":\"" + error + "\"}");
  }

  @Test
  void slackGivesTokensOfBotAndPerson() throws Exception {
    ObjectNode answer = json(form(SLACK, "code=" + slackCode(), "redirect_uri=" + encode(BACK)));
    assertThat(answer.path("ok").asBoolean()).isTrue();
    assertThat(answer.path("team").path("id").asText()).isEqualTo("T0STANDIN");
    assertThat(standIn.accepts(answer.path("access_token").asText())).isTrue();
    assertThat(standIn.accepts(answer.path("authed_user").path("access_token").asText())).isTrue();
    assertThat(answer.path("expires_in").asInt()).isEqualTo(43_200);
  }

  @Test
  void githubAnswersErrorsWithStatus200AndInTheFormThatWasAskedFor() throws Exception {
    HttpResponse<String> json = form(GITHUB, "code=x");
    assertThat(json.statusCode()).isEqualTo(200);
    assertThat(json(json).path("error").asText()).isEqualTo("bad_verification_code");
    HttpResponse<String> form =
        browser.call("POST", GITHUB, "client_id=" + OAuthStandIn.CLIENT_ID + "&code=x");
    assertThat(form.body()).startsWith("error=incorrect_client_credentials&");
  }

  @Test
  void githubSaysWhoItIs() throws Exception {
    String code = codeOf(page("/login/oauth/authorize"));
    String token =
        json(form(GITHUB, "code=" + code, "redirect_uri=" + encode(BACK)))
            .path("access_token")
            .asText();
    assertThat(browser.get("/user", "Authorization", "Bearer " + token).body())
        .contains("\"login\":\"octocat\",\"id\":583231");
    assertThat(browser.get("/user", "Authorization", "Bearer x").statusCode()).isEqualTo(401);
    assertThat(browser.get("/v1/userinfo", "Authorization", "Bearer " + token).statusCode())
        .isEqualTo(401);
  }

  @Test
  void googleAnswersErrorsWithStatus400() throws Exception {
    assertGoogle(400, "invalid_grant", form(GOOGLE, "grant_type=authorization_code", "code=x"));
    assertGoogle(400, "unsupported_grant_type", form(GOOGLE, "code=x"));
    assertGoogle(401, "invalid_client", form(GOOGLE, "client_secret=wrong"));
  }

  private static void assertGoogle(int status, String error, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(json(answer).path("error").asText()).isEqualTo(error);
  }

  @Test
  void googleGivesARefreshTokenOnlyForConsentThatIsAskedForAnew() throws Exception {
    assertThat(google("access_type=offline").has("refresh_token")).isFalse();
    ObjectNode answer = google("access_type=offline", "prompt=consent");
    String refresh = answer.path("refresh_token").asText();
    assertThat(refresh).isNotEmpty();
    for (int i = 0; i < 2; i++) {
      ObjectNode again = json(form(GOOGLE, "grant_type=refresh_token", "refresh_token=" + refresh));
      assertThat(again.path("access_token").asText()).isNotEmpty();
      assertThat(again.has("refresh_token")).isFalse();
    }
  }

  private ObjectNode google(String... more) throws Exception {
    String[] query = Arrays.copyOf(more, more.length + 2);
    query[more.length] = "response_type=code";
    query[more.length + 1] = "scope=openid";
    String code = codeOf(page("/o/oauth2/v2/auth", query));
    return json(
        form(
            GOOGLE,
            "grant_type=authorization_code",
            "code=" + code,
            "redirect_uri=" + encode(BACK)));
  }

  @Test
  void aCodeWorksOnceAndForTenMinutes() throws Exception {
    String spent = slackCode();
    String back = "redirect_uri=" + encode(BACK);
    assertThat(json(form(SLACK, "code=" + spent, back)).path("ok").asBoolean()).isTrue();
    assertSlack("invalid_code", form(SLACK, "code=" + spent, back));
    String old = slackCode();
    clock.tick(Duration.ofMinutes(10).plusSeconds(1));
    assertSlack("invalid_code", form(SLACK, "code=" + old, back));
  }

  @Test
  void aCodeWithAChallengeNeedsItsVerifier() throws Exception {
    String back = "redirect_uri=" + encode(BACK);
    for (String verifier : new String[] {"", "code_verifier=x", "code_verifier=" + VERIFIER}) {
      String code =
          codeOf(
              page(
                  "/login/oauth/authorize",
                  "code_challenge=" + CHALLENGE,
                  "code_challenge_method=S256"));
      assertThat(json(form(GITHUB, "code=" + code, back, verifier)).has("access_token"))
          .as(verifier)
          .isEqualTo(verifier.endsWith(VERIFIER));
    }
  }

  @Test
  void aRefreshTokenOfSlackWorksOnce() throws Exception {
    String refresh =
        json(form(SLACK, "code=" + slackCode(), "redirect_uri=" + encode(BACK)))
            .path("refresh_token")
            .asText();
    String[] again = {"grant_type=refresh_token", "refresh_token=" + refresh};
    ObjectNode renewed = json(form(SLACK, again));
    assertThat(standIn.accepts(renewed.path("access_token").asText())).isTrue();
    assertThat(renewed.path("refresh_token").asText()).isNotEqualTo(refresh);
    assertSlack("invalid_refresh_token", form(SLACK, again));
    assertThat(standIn.refreshes()).isOne();
  }

  @Test
  void tokensThatDoNotEndComeAlone() throws Exception {
    standIn.lifetime(Optional.empty());
    ObjectNode answer = json(form(SLACK, "code=" + slackCode(), "redirect_uri=" + encode(BACK)));
    assertThat(answer.has("refresh_token")).isFalse();
    assertThat(answer.has("expires_in")).isFalse();
  }

  @Test
  void remembersNoSecret() throws Exception {
    form(SLACK, "code=a-code");
    assertThat(browser.get("/_standin/requests").body())
        .contains(SLACK)
        .doesNotContain("a-code", OAuthStandIn.CLIENT_SECRET);
  }

  private String slackCode() throws Exception {
    return codeOf(page("/oauth/v2/authorize", "scope=chat:write", "user_scope=users:read"));
  }

  /** Where the page sends the browser. */
  private String page(String path, String... more) throws Exception {
    HttpResponse<String> answer =
        browser.get(
            path
                + "?client_id="
                + OAuthStandIn.CLIENT_ID
                + "&redirect_uri="
                + encode(BACK)
                + "&"
                + String.join("&", more));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
    return answer.headers().firstValue("Location").orElseThrow();
  }

  private static String codeOf(String location) {
    return location.replaceFirst(".*code=", "").replaceFirst("&.*", "");
  }

  /** A form with the client's id, and its secret unless another is given. */
  private HttpResponse<String> form(String path, String... more) throws Exception {
    String given = String.join("&", more);
    String secret =
        given.contains("client_secret=") ? "" : "&client_secret=" + OAuthStandIn.CLIENT_SECRET;
    return browser.call(
        "POST",
        path,
        "client_id=" + OAuthStandIn.CLIENT_ID + secret + "&" + given,
        "Accept",
        "application/json");
  }

  private static ObjectNode json(HttpResponse<String> answer) {
    return Json.readObject(answer.body()).orElseThrow();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
