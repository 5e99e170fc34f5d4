package dev.tailrace.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Slack's side of OAuth: a workspace is connected, with a token of the bot, one of the person, or
 * both.
 *
 * <p>Every answer has status 200; {@code ok} tells. PKCE is sent when {@code INGEST_SLACK_PKCE}
 * says that the app was opened for it: Slack makes such an app a public client for good, ends its
 * refresh tokens after 30 days, and gives it no bot on localhost.
 */
final class SlackAuthorization implements AuthorizationServer {

  private static final String BOT = "slack";
  private static final String USER = "slack-user";

  private static final Set<String> PASSING =
      Set.of(
          "bad_client_secret",
          "invalid_client_id",
          "ratelimited",
          "rate_limited",
          "internal_error",
          "fatal_error",
          "request_timeout",
          "service_unavailable");

  private final OAuthSettings.Client client;
  private final String id;
  private final String secret;
  private final ProviderCalls calls;

  SlackAuthorization(OAuthSettings.Client client, ProviderCalls calls) {
    this.client = client;
    this.id = client.id().orElseThrow();
    this.secret = client.secret().orElseThrow();
    this.calls = calls;
  }

  @Override
  public OAuthProvider provider() {
    return OAuthProvider.SLACK;
  }

  @Override
  public URI authorize(String state, String challenge, String redirectUri) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("client_id", id);
    query.put("scope", String.join(",", client.scopes()));
    query.put("user_scope", String.join(",", client.userScopes()));
    query.put("redirect_uri", redirectUri);
    query.put("state", state);
    if (client.pkce()) {
      query.put("code_challenge", challenge);
      query.put("code_challenge_method", "S256");
    }
    return URI.create(client.site() + "/oauth/v2/authorize?" + ProviderCalls.encode(query));
  }

  @Override
  public Granted<ConnectedAccount> exchange(String code, String verifier, String redirectUri) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("code", code);
    form.put("redirect_uri", redirectUri);
    if (client.pkce()) {
      form.put("code_verifier", verifier);
    }
    return access(form).then(this::grant);
  }

  @Override
  public Granted<Token> refresh(String connector, String refreshToken) {
    return access(Map.of("grant_type", "refresh_token", "refresh_token", refreshToken))
        .then(answer -> Token.granted(connector, answer));
  }

  private Granted<ObjectNode> access(Map<String, String> more) {
    Map<String, String> form = new LinkedHashMap<>(more);
    form.put("client_id", id);
    form.put("client_secret", secret);
    return switch (calls.post(URI.create(client.api() + "/api/oauth.v2.access"), form)) {
      case ProviderCalls.Heard.Nothing(String reason) -> new Granted.Unavailable<>(reason);
      case ProviderCalls.Heard.Said(int _, ObjectNode answer) ->
          answer.path("ok").asBoolean()
              ? new Granted.Given<>(answer)
              : Granted.refused(answer.path("error").asText(), PASSING);
    };
  }

  /** An app that was installed for a whole enterprise has no team: no project could own it. */
  private Granted<ConnectedAccount> grant(ObjectNode answer) {
    String team = answer.path("team").path("id").asText("");
    JsonNode person = answer.path("authed_user");
    List<Token> tokens = new ArrayList<>();
    Optional<Token> bot = Token.read(BOT, answer);
    bot.ifPresent(tokens::add);
    Token.read(USER, person).ifPresent(tokens::add);
    if (team.isBlank()) {
      return new Granted.Refused<>("no_workspace");
    }
    if (tokens.isEmpty()) {
      return new Granted.Unavailable<>("an answer without a token");
    }
    String scope = (bot.isPresent() ? answer : person).path("scope").asText("");
    return new Granted.Given<>(
        new ConnectedAccount(team, answer.path("team").path("name").asText(""), scope, tokens));
  }
}
