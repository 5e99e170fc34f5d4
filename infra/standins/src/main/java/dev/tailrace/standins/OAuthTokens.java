package dev.tailrace.standins;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The tokens that were given out, and what a refresh token may be changed for. */
final class OAuthTokens {

  private static final Duration HALF_A_DAY = Duration.ofHours(12);
  private static final Duration AN_HOUR = Duration.ofHours(1);

  private final Clock clock;
  private final Map<String, Access> access = new HashMap<>();
  private final Map<String, Owner> refresh = new HashMap<>();
  private Optional<Duration> lifetime = Optional.of(HALF_A_DAY);
  private long refreshes;

  OAuthTokens(Clock clock) {
    this.clock = clock;
  }

  /**
   * Whose a token is.
   *
   * @param kind {@code bot} or {@code user}, which only Slack distinguishes
   */
  record Owner(String provider, OAuthAccount account, String scope, String kind) {}

  /** What is given out together. */
  record Pair(Owner owner, String access, Optional<String> refresh, Optional<Duration> lifetime) {}

  private record Access(Owner owner, Optional<Instant> until) {}

  static String draw(String what) {
    return what + "-" + UUID.randomUUID();
  }

  synchronized void lifetime(Optional<Duration> from) {
    lifetime = from;
  }

  /** Gives an access token, and a refresh token if it ends. */
  synchronized Pair give(Owner owner, boolean refreshable) {
    Optional<Duration> good = owner.provider().equals("google") ? Optional.of(AN_HOUR) : lifetime;
    String token = draw(owner.provider() + "-" + owner.kind());
    access.put(token, new Access(owner, good.map(clock.instant()::plus)));
    Optional<String> again = Optional.empty();
    if (refreshable && good.isPresent()) {
      again = Optional.of(draw(owner.provider() + "-refresh"));
      refresh.put(again.get(), owner);
    }
    return new Pair(owner, token, again, good);
  }

  /**
   * Changes a refresh token for a new pair. Slack's and GitHub's work once; Google's stays, and is
   * not given again.
   */
  synchronized Optional<Pair> refresh(String provider, String token) {
    Owner owner = refresh.get(token);
    if (owner == null || !owner.provider().equals(provider)) {
      return Optional.empty();
    }
    refreshes++;
    boolean rotates = !provider.equals("google");
    if (rotates) {
      refresh.remove(token);
    }
    return Optional.of(give(owner, rotates));
  }

  synchronized Optional<Owner> owner(String token) {
    Access found = access.get(token);
    return found == null
            || found.until().filter(until -> !clock.instant().isBefore(until)).isPresent()
        ? Optional.empty()
        : Optional.of(found.owner());
  }

  synchronized void revoke() {
    refresh.clear();
  }

  synchronized long refreshes() {
    return refreshes;
  }
}
