package dev.tailrace.standins;

import java.util.Optional;

/**
 * Looks at the API key of a request: Bearer, or the user of Basic. Any test key will do, since the
 * stand-in has one account.
 */
final class StripeKey {

  private StripeKey() {}

  /** Why the key isn't accepted, or nothing. */
  static Optional<StripeProblem> check(Request request) {
    Optional<String> key = request.header("Authorization").flatMap(StripeKey::read);
    if (key.isEmpty() || key.get().isBlank()) {
      return Optional.of(
          StripeProblem.unauthorized(
              "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth"
                  + " (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."));
    }
    return key.get().startsWith("sk_test_") || key.get().startsWith("rk_test_")
        ? Optional.empty()
        : Optional.of(StripeProblem.unauthorized("Invalid API Key provided: " + masked(key.get())));
  }

  private static Optional<String> read(String header) {
    return header.regionMatches(true, 0, "Bearer ", 0, 7)
        ? Optional.of(header.substring(7).strip())
        : BasicCredentials.read(header).map(BasicCredentials::user);
  }

  private static String masked(String key) {
    return "*".repeat(Math.max(0, key.length() - 4)) + key.substring(Math.max(0, key.length() - 4));
  }
}
