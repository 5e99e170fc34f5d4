package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import java.net.URI;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Google's side of OAuth: a person's account is connected.
 *
 * <p>A refresh token comes only with {@code access_type=offline} and a consent that is asked for
 * anew, and is kept over refreshes. Errors come with status 400.
 */
final class GoogleAuthorization implements AuthorizationServer {

  private static final String CONNECTOR = "google";

  /** Without it there is no id_token, which says who it is. */
  private static final String OPENID = "openid";

  private static final Set<String> PASSING =
      Set.of("invalid_client", "unauthorized_client", "internal_failure", "rate_limit_exceeded");

  private final OAuthSettings.Client client;
  private final String id;
  private final TokenEndpoint tokens;

  GoogleAuthorization(OAuthSettings.Client client, ProviderCalls calls) {
    this.client = client;
    this.id = client.id().orElseThrow();
    this.tokens =
        new TokenEndpoint(
            URI.create(client.api() + "/token"), id, client.secret().orElseThrow(), PASSING, calls);
  }

  @Override
  public OAuthProvider provider() {
    return OAuthProvider.GOOGLE;
  }

  @Override
  public URI authorize(String state, String challenge, String redirectUri) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("client_id", id);
    query.put("response_type", "code");
    query.put(
        "scope",
        Stream.concat(Stream.of(OPENID), client.scopes().stream())
            .distinct()
            .collect(Collectors.joining(" ")));
    query.put("redirect_uri", redirectUri);
    query.put("state", state);
    query.put("code_challenge", challenge);
    query.put("code_challenge_method", "S256");
    query.put("access_type", "offline");
    query.put("prompt", "consent");
    return URI.create(client.site() + "/o/oauth2/v2/auth?" + ProviderCalls.encode(query));
  }

  @Override
  public Granted<ConnectedAccount> exchange(String code, String verifier, String redirectUri) {
    return tokens
        .ask(
            Map.of(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "code_verifier",
                verifier,
                "redirect_uri",
                redirectUri))
        .then(GoogleAuthorization::grant);
  }

  @Override
  public Granted<Token> refresh(String connector, String refreshToken) {
    return tokens.refresh(connector, refreshToken);
  }

  private static Granted<ConnectedAccount> grant(ObjectNode answer) {
    Optional<JsonNode> claims = claims(answer.path("id_token").asText(""));
    Optional<String> subject =
        claims.map(all -> all.path("sub").asText("")).filter(text -> !text.isBlank());
    if (subject.isEmpty()) {
      return new Granted.Unavailable<>("an answer without an id_token that says who it is");
    }
    String name = claims.map(all -> all.path("email").asText("")).orElse("");
    String scope = answer.path("scope").asText("");
    return Token.granted(CONNECTOR, answer)
        .then(
            token ->
                new Granted.Given<>(
                    new ConnectedAccount(subject.get(), name, scope, List.of(token))));
  }

  /**
   * The signature is not looked at: the token came from Google itself, over TLS, not by way of a
   * browser.
   */
  private static Optional<JsonNode> claims(String idToken) {
    String[] parts = idToken.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.read(new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8)));
    } catch (IllegalArgumentException | JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
