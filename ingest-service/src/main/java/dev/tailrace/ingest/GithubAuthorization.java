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
  private final String secret;
  private final ProviderCalls calls;

  GithubAuthorization(OAuthSettings.Client client, ProviderCalls calls) {
    this.client = client;
    this.id = client.id().orElseThrow();
    this.secret = client.secret().orElseThrow();
    this.calls = calls;
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
    return token(Map.of("code", code, "code_verifier", verifier, "redirect_uri", redirectUri))
        .then(answer -> read(answer).then(token -> whose(token, answer.path("scope").asText(""))));
  }

  @Override
  public Granted<Token> refresh(String connector, String refreshToken) {
    return token(Map.of("grant_type", "refresh_token", "refresh_token", refreshToken))
        .then(GithubAuthorization::read);
  }

  private Granted<ObjectNode> token(Map<String, String> more) {
    Map<String, String> form = new LinkedHashMap<>(more);
    form.put("client_id", id);
    form.put("client_secret", secret);
    return switch (calls.post(URI.create(client.site() + "/login/oauth/access_token"), form)) {
      case ProviderCalls.Heard.Nothing(String reason) -> new Granted.Unavailable<>(reason);
      case ProviderCalls.Heard.Said(int status, ObjectNode answer) -> {
        if (answer.has("error")) {
          yield Granted.refused(answer.path("error").asText(), PASSING);
        }
        yield status == 200
            ? new Granted.Given<>(answer)
            : new Granted.Unavailable<>("status " + status);
      }
    };
  }

  private static Granted<Token> read(ObjectNode answer) {
    return Token.read(CONNECTOR, answer)
        .<Granted<Token>>map(Granted.Given::new)
        .orElseGet(() -> new Granted.Unavailable<>("an answer without a token"));
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
