package dev.tailrace.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;

/**
 * A token as a provider has given it.
 *
 * @param connector what it is for, the name of its secret within the connection: {@code slack} is
 *     the bot's, {@code slack-user} the person's
 * @param refresh what a new one can be had with
 * @param lifetime how long it is good for from now on; until it is revoked when empty
 */
record Token(
    String connector, String access, Optional<String> refresh, Optional<Duration> lifetime) {

  private static final int LONGEST = 16 * 1024;

  /** A longer one is taken for one that does not end. */
  private static final long MOST_SECONDS = Duration.ofDays(3650).toSeconds();

  /** The token of an answer that has to have one. */
  static Granted<Token> granted(String connector, JsonNode answer) {
    return read(connector, answer)
        .<Granted<Token>>map(Granted.Given::new)
        .orElseGet(() -> new Granted.Unavailable<>("an answer without a token"));
  }

  /** Reads OAuth's own fields, in which the providers agree; empty when there is no token. */
  static Optional<Token> read(String connector, JsonNode answer) {
    return text(answer, "access_token")
        .map(
            access ->
                new Token(
                    connector,
                    access,
                    text(answer, "refresh_token"),
                    Optional.of(answer.path("expires_in").asLong(0))
                        .filter(seconds -> seconds > 0 && seconds <= MOST_SECONDS)
                        .map(Duration::ofSeconds)));
  }

  private static Optional<String> text(JsonNode answer, String field) {
    return Optional.of(answer.path(field).asText(""))
        .filter(text -> !text.isBlank() && text.length() <= LONGEST);
  }

  /** Leaves the secrets out. */
  @Override
  public String toString() {
    return "Token[%s, for %s]".formatted(connector, lifetime);
  }
}
