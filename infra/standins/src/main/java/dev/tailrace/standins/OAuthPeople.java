package dev.tailrace.standins;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Who sits at the browser, and whether they agree. */
final class OAuthPeople {

  private final Map<String, OAuthAccount> accounts =
      new ConcurrentHashMap<>(
          Map.of(
              "slack", new OAuthAccount("T0STANDIN", "Stand-in"),
              "github", new OAuthAccount("583231", "octocat"),
              "google", new OAuthAccount("110169484474386276334", "ann@example.com")));
  private volatile boolean agrees = true;

  void account(String provider, String id, String name) {
    accounts.put(provider, new OAuthAccount(id, name));
  }

  OAuthAccount account(String provider) {
    return Objects.requireNonNull(accounts.get(provider));
  }

  void agree(boolean whether) {
    agrees = whether;
  }

  boolean agrees() {
    return agrees;
  }
}
