package dev.tailrace.standins;

import java.util.Optional;

/** What stands behind {@code Authorization: Bearer}. */
final class BearerToken {

  private static final String SCHEME = "Bearer ";

  private BearerToken() {}

  /** The token; empty when the header is missing, of another kind, or has nothing in it. */
  static Optional<String> read(Request request) {
    return request
        .header("Authorization")
        .filter(text -> text.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
        .map(text -> text.substring(SCHEME.length()).strip())
        .filter(token -> !token.isEmpty());
  }
}
