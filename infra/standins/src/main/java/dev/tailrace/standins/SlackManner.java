package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Slack's OAuth, version 2: always status 200, {@code ok} tells; tokens of a bot and of a person.
 */
final class SlackManner implements OAuthManner {

  @Override
  public String provider() {
    return "slack";
  }

  @Override
  public String[] page() {
    return new String[] {"oauth", "v2", "authorize"};
  }

  @Override
  public String[] token() {
    return new String[] {"api", "oauth.v2.access"};
  }

  @Override
  public String[] whoAmI() {
    return new String[] {"api", "auth.test"};
  }

  @Override
  public boolean namesGrant() {
    return false;
  }

  @Override
  public Optional<String> missing(Map<String, String> query) {
    return OAuthForm.text(query, "scope").isEmpty() && OAuthForm.text(query, "user_scope").isEmpty()
        ? Optional.of("scope")
        : Optional.empty();
  }

  @Override
  public Reply.Answer given(OAuthCodes.Code code, OAuthTokens tokens, Request request) {
    ObjectNode answer = Json.object().put("ok", true).put("app_id", "A0STANDIN");
    ObjectNode person = answer.putObject("authed_user").put("id", "U0STANDIN");
    if (!code.scope().isEmpty()) {
      answer.put("bot_user_id", "B0STANDIN");
      write(tokens.give(owner(code, code.scope(), "bot"), true), answer);
    }
    if (!code.userScope().isEmpty()) {
      write(tokens.give(owner(code, code.userScope(), "user"), true), person);
    }
    team(answer, code.account());
    answer.putNull("enterprise").put("is_enterprise_install", false);
    return Reply.Answer.json(200, answer);
  }

  private static OAuthTokens.Owner owner(OAuthCodes.Code code, String scope, String kind) {
    return new OAuthTokens.Owner("slack", code.account(), scope, kind);
  }

  /** A refreshed token stands at the top, whosever it is. */
  @Override
  public Reply.Answer refreshed(OAuthTokens.Pair pair, Request request) {
    ObjectNode answer = Json.object().put("ok", true).put("app_id", "A0STANDIN");
    write(pair, answer);
    team(answer, pair.owner().account());
    return Reply.Answer.json(200, answer);
  }

  @Override
  public Reply.Answer refuse(Refusal refusal, Request request) {
    return error(
        switch (refusal) {
          case CLIENT -> "bad_client_secret";
          case GRANT_TYPE -> "invalid_grant_type";
          case CODE, VERIFIER -> "invalid_code";
          case REDIRECT -> "bad_redirect_uri";
          case REFRESH_TOKEN -> "invalid_refresh_token";
        });
  }

  @Override
  public Reply.Answer told(OAuthAccount account, Request request) {
    return Reply.Answer.json(
        200,
        Json.object().put("ok", true).put("team", account.name()).put("team_id", account.id()));
  }

  private static Reply.Answer error(String code) {
    return Reply.Answer.json(200, Json.object().put("ok", false).put("error", code));
  }

  private static void team(ObjectNode answer, OAuthAccount account) {
    answer.putObject("team").put("id", account.id()).put("name", account.name());
  }

  private static void write(OAuthTokens.Pair pair, ObjectNode into) {
    into.put("access_token", pair.access())
        .put("token_type", pair.owner().kind())
        .put("scope", pair.owner().scope());
    pair.refresh().ifPresent(token -> into.put("refresh_token", token));
    pair.lifetime().map(Duration::toSeconds).ifPresent(seconds -> into.put("expires_in", seconds));
  }
}
