package dev.tailrace.standins;

import java.util.Optional;

/** An API key, {@code app.key:secret}, and whether a request carries it. */
record AblyKey(String name, String secret) {

  static AblyKey of(String key) {
    int colon = key.indexOf(':');
    if (colon < 0
        || !key.substring(0, colon).matches("[^.]+\\.[^.]+")
        || colon == key.length() - 1) {
      throw new IllegalArgumentException("an Ably key is app.key:secret");
    }
    return new AblyKey(key.substring(0, colon), key.substring(colon + 1));
  }

  /** Why a request isn't let in, or nothing. */
  Optional<AblyProblem> check(Request request) {
    Optional<String> header = request.header("Authorization");
    if (header.isEmpty()) {
      return Optional.of(new AblyProblem(401, 40101, "No authentication information provided"));
    }
    if (header.get().regionMatches(true, 0, "Bearer ", 0, 7)) {
      return Optional.of(
          new AblyProblem(401, 40101, "the stand-in takes Basic authentication only"));
    }
    return BasicCredentials.read(header.get())
        .map(this::check)
        .orElseGet(() -> Optional.of(malformed()));
  }

  private Optional<AblyProblem> check(BasicCredentials credentials) {
    if (!credentials.user().matches("[^.]+\\.[^.]+")) {
      return Optional.of(malformed());
    }
    String app = app(credentials.user());
    if (!app.equals(app(name))) {
      return Optional.of(new AblyProblem(404, 40400, "No application found with id " + app));
    }
    boolean same =
        BasicCredentials.same(
            credentials.user() + ":" + credentials.password(), name + ":" + secret);
    return same
        ? Optional.empty()
        : Optional.of(new AblyProblem(401, 40101, "Not authorized: invalid credentials"));
  }

  private static AblyProblem malformed() {
    return new AblyProblem(400, 40005, "Invalid key in request");
  }

  private static String app(String keyName) {
    return keyName.substring(0, keyName.indexOf('.'));
  }

  @Override
  public String toString() {
    return "AblyKey[name=" + name + "]";
  }
}
