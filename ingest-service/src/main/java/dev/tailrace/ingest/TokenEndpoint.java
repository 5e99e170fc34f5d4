package dev.tailrace.ingest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The token endpoint of a provider that names what is wrong in {@code error}, as OAuth has it;
 * GitHub does so with a status of 200.
 *
 * @param passing the errors that are no answer to the request itself: it may come again
 */
record TokenEndpoint(
    URI address, String clientId, String clientSecret, Set<String> passing, ProviderCalls calls) {

  /** Leaves the secret out. */
  @Override
  public String toString() {
    return "TokenEndpoint[" + address + "]";
  }

  /** Asks with our own credentials beside what is given. */
  Granted<ObjectNode> ask(Map<String, String> more) {
    Map<String, String> form = new LinkedHashMap<>(more);
    form.put("client_id", clientId);
    form.put("client_secret", clientSecret);
    return switch (calls.post(address, form)) {
      case ProviderCalls.Heard.Nothing(String reason) -> new Granted.Unavailable<>(reason);
      case ProviderCalls.Heard.Said(int status, ObjectNode answer) -> {
        if (answer.has("error")) {
          yield Granted.refused(answer.path("error").asText(), passing);
        }
        yield status == 200
            ? new Granted.Given<>(answer)
            : new Granted.Unavailable<>("status " + status);
      }
    };
  }

  /** Asks for a new token; {@code connector} is what it is kept as. */
  Granted<Token> refresh(String connector, String refreshToken) {
    return ask(Map.of("grant_type", "refresh_token", "refresh_token", refreshToken))
        .then(answer -> Token.granted(connector, answer));
  }
}
