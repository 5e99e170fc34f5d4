package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Google's OAuth: errors with status 400, an id_token for those who ask for {@code openid}, a
 * refresh token only with {@code access_type=offline} and {@code prompt=consent}.
 */
final class GoogleManner implements OAuthManner {

  @Override
  public String provider() {
    return "google";
  }

  @Override
  public String[] page() {
    return new String[] {"o", "oauth2", "v2", "auth"};
  }

  @Override
  public String[] token() {
    return new String[] {"token"};
  }

  @Override
  public String[] whoAmI() {
    return new String[] {"v1", "userinfo"};
  }

  @Override
  public boolean namesGrant() {
    return true;
  }

  @Override
  public Optional<String> missing(Map<String, String> query) {
    if (!OAuthForm.text(query, "response_type").equals("code")) {
      return Optional.of("response_type");
    }
    return OAuthForm.text(query, "scope").isEmpty() ? Optional.of("scope") : Optional.empty();
  }

  @Override
  public Reply.Answer given(OAuthCodes.Code code, OAuthTokens tokens, Request request) {
    ObjectNode answer =
        written(
            tokens.give(
                new OAuthTokens.Owner("google", code.account(), code.scope(), "user"),
                code.offline()));
    if (Arrays.asList(code.scope().split(" ", -1)).contains("openid")) {
      answer.put("id_token", idToken(code.account()));
    }
    return Reply.Answer.json(200, answer);
  }

  @Override
  public Reply.Answer refreshed(OAuthTokens.Pair pair, Request request) {
    return Reply.Answer.json(200, written(pair));
  }

  @Override
  public Reply.Answer refuse(Refusal refusal, Request request) {
    String code =
        switch (refusal) {
          case CLIENT -> "invalid_client";
          case GRANT_TYPE -> "unsupported_grant_type";
          case CODE, VERIFIER, REFRESH_TOKEN -> "invalid_grant";
          case REDIRECT -> "redirect_uri_mismatch";
        };
    return Reply.Answer.json(
        refusal == Refusal.CLIENT ? 401 : 400,
        Json.object().put("error", code).put("error_description", "The stand-in refuses it."));
  }

  @Override
  public Reply.Answer told(OAuthAccount account, Request request) {
    return Reply.Answer.json(200, claims(account));
  }

  private static ObjectNode written(OAuthTokens.Pair pair) {
    ObjectNode answer =
        Json.object()
            .put("access_token", pair.access())
            .put("token_type", "Bearer")
            .put("scope", pair.owner().scope());
    pair.refresh().ifPresent(token -> answer.put("refresh_token", token));
    pair.lifetime()
        .map(Duration::toSeconds)
        .ifPresent(seconds -> answer.put("expires_in", seconds));
    return answer;
  }

  private static ObjectNode claims(OAuthAccount account) {
    return Json.object()
        .put("iss", "https://accounts.google.com")
        .put("aud", OAuthStandIn.CLIENT_ID)
        .put("sub", account.id())
        .put("email", account.name())
        .put("email_verified", true);
  }

  /** Its signature is none: nobody here has Google's keys. */
  private static String idToken(OAuthAccount account) {
    return part(Json.object().put("alg", "RS256").put("kid", "standin"))
        + "."
        + part(claims(account))
        + ".c3RhbmQtaW4";
  }

  private static String part(ObjectNode json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Json.write(json).getBytes(StandardCharsets.UTF_8));
  }
}
