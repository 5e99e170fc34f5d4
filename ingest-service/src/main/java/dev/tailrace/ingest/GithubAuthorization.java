package dev.tailrace.ingest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * GitHub's side of OAuth: a person's account is connected.
 *
 * <p>Errors of the exchange come with status 200 and {@code error}. The token of an OAuth app does
 * not end and can't be refreshed; that of a GitHub App can, once for each refresh token.
 */
final class GithubAuthorization implements AuthorizationServer {

  private static final String CONNECTOR = "github";

  private static final Set<String> PASSING =
      Set.of("incorrect_client_credentials", "slow_down", "temporarily_unavailable");

  private final OAuthSettings.Client client;
  private final String id;
  private final TokenEndpoint tokens;
  private final ProviderCalls calls;

  GithubAuthorization(OAuthSettings.Client client, ProviderCalls calls) {
    this.client = client;
    this.id = client.id().orElseThrow();
    this.calls = calls;
    this.tokens =
        new TokenEndpoint(
            URI.create(client.site() + "/login/oauth/access_token"),
            id,
            client.secret().orElseThrow(),
            PASSING,
            calls);
  }

  @Override
  public OAuthProvider provider() {
    return OAuthProvider.GITHUB;
  }

  @Override
  public URI authorize(String state, String challenge, String redirectUri) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("client_id", id);
    query.put("scope", String.join(" ", client.scopes()));
    query.put("redirect_uri", redirectUri);
    query.put("state", state);
    query.put("code_challenge", challenge);
    query.put("code_challenge_method", "S256");
    return URI.create(client.site() + "/login/oauth/authorize?" + ProviderCalls.encode(query));
  }

  @Override
  public Granted<ConnectedAccount> exchange(String code, String verifier, String redirectUri) {
    return tokens
        .ask(Map.of("code", code, "code_verifier", verifier, "redirect_uri", redirectUri))
        .then(
            answer ->
                Token.granted(CONNECTOR, answer)
                    .then(token -> whose(token, answer.path("scope").asText(""))));
  }

  @Override
  public Granted<Token> refresh(String connector, String refreshToken) {
    return tokens.refresh(connector, refreshToken);
  }

  /** The exchange does not say who it was. */
  private Granted<ConnectedAccount> whose(Token token, String scope) {
    return switch (calls.get(URI.create(client.api() + "/user"), token.access())) {
      case ProviderCalls.Heard.Said(int status, ObjectNode user)
          when status == 200 && user.path("id").isIntegralNumber() ->
          new Granted.Given<>(
              new ConnectedAccount(
                  user.path("id").asText(), user.path("login").asText(""), scope, List.of(token)));
      case ProviderCalls.Heard.Said(int status, ObjectNode _) ->
          new Granted.Unavailable<>("GET /user: status " + status);
      case ProviderCalls.Heard.Nothing(String reason) ->
          new Granted.Unavailable<>("GET /user: " + reason);
    };
  }
}
