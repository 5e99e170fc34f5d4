package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * GitHub's OAuth: errors with status 200, a form instead of JSON to those who do not ask for JSON,
 * and nothing for those who do not say who they are.
 */
final class GithubManner implements OAuthManner {

  @Override
  public String provider() {
    return "github";
  }

  @Override
  public String[] page() {
    return new String[] {"login", "oauth", "authorize"};
  }

  @Override
  public String[] token() {
    return new String[] {"login", "oauth", "access_token"};
  }

  @Override
  public String[] whoAmI() {
    return new String[] {"user"};
  }

  @Override
  public boolean namesGrant() {
    return false;
  }

  @Override
  public Optional<String> missing(Map<String, String> query) {
    return Optional.empty();
  }

  @Override
  public Reply.Answer given(OAuthCodes.Code code, OAuthTokens tokens, Request request) {
    return refreshed(
        tokens.give(
            new OAuthTokens.Owner("github", code.account(), code.scope().replace(' ', ','), "user"),
            true),
        request);
  }

  @Override
  public Reply.Answer refreshed(OAuthTokens.Pair pair, Request request) {
    ObjectNode answer =
        Json.object()
            .put("access_token", pair.access())
            .put("token_type", "bearer")
            .put("scope", pair.owner().scope());
    pair.refresh()
        .ifPresent(
            token ->
                answer
                    .put("refresh_token", token)
                    .put("refresh_token_expires_in", Duration.ofDays(180).toSeconds()));
    pair.lifetime()
        .map(Duration::toSeconds)
        .ifPresent(seconds -> answer.put("expires_in", seconds));
    return written(answer, request);
  }

  @Override
  public Reply.Answer refuse(Refusal refusal, Request request) {
    String code =
        switch (refusal) {
          case CLIENT -> "incorrect_client_credentials";
          case GRANT_TYPE -> "unsupported_grant_type";
          case CODE, VERIFIER -> "bad_verification_code";
          case REDIRECT -> "redirect_uri_mismatch";
          case REFRESH_TOKEN -> "bad_refresh_token";
        };
    return written(
        Json.object()
            .put("error", code)
            .put("error_description", "The stand-in refuses it: " + code)
            .put("error_uri", "https://docs.github.com/"),
        request);
  }

  @Override
  public Reply.Answer told(OAuthAccount account, Request request) {
    if (request.header("User-Agent").isEmpty()) {
      return Reply.Answer.json(
          403, Json.object().put("message", "Request forbidden: no User-Agent"));
    }
    return Reply.Answer.json(
        200,
        Json.object()
            .put("login", account.name())
            .put("id", Long.parseLong(account.id()))
            .put("type", "User"));
  }

  private static Reply.Answer written(ObjectNode answer, Request request) {
    if (request.header("Accept").filter(text -> text.contains("json")).isPresent()) {
      return Reply.Answer.json(200, answer);
    }
    String form =
        answer.properties().stream()
            .map(field -> field.getKey() + "=" + encode(field.getValue().asText()))
            .collect(Collectors.joining("&"));
    return new Reply.Answer(
        200, Map.of("Content-Type", "application/x-www-form-urlencoded"), Body.of(form));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
