package dev.tailrace.standins;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * Checks what Standard Webhooks say: three headers, a time not further than 300 seconds from now in
 * either direction, and one signature among those listed that is made with this machine's secret.
 */
final class DaemonSignature {

  private static final Duration WINDOW = Duration.ofMinutes(5);

  private final Clock clock;
  private volatile String secret;

  DaemonSignature(Clock clock, String secret) {
    this.clock = clock;
    this.secret = SvixSignature.requireSecret(secret);
  }

  /** What came of a check. */
  sealed interface Verdict {

    /** Signed with the secret, and now. */
    record Good(String id) implements Verdict {}

    /** Not that, and why. */
    record Bad(String reason) implements Verdict {}
  }

  void secret(String another) {
    secret = SvixSignature.requireSecret(another);
  }

  Verdict check(Request request) {
    Optional<String> id = request.header("webhook-id").filter(text -> !text.isBlank());
    Optional<String> timestamp = request.header("webhook-timestamp");
    Optional<String> signatures = request.header("webhook-signature");
    if (id.isEmpty() || timestamp.isEmpty() || signatures.isEmpty()) {
      return new Verdict.Bad("missing_headers");
    }
    if (!timestamp.get().matches("[0-9]{1,11}")) {
      return new Verdict.Bad("bad_timestamp");
    }
    Instant at = Instant.ofEpochSecond(Long.parseLong(timestamp.get()));
    if (Duration.between(at, clock.instant()).abs().compareTo(WINDOW) > 0) {
      return new Verdict.Bad("outside_of_window");
    }
    String right = SvixSignature.header(secret, id.get(), timestamp.get(), request.body());
    return Arrays.stream(signatures.get().strip().split(" +", -1))
            .anyMatch(given -> BasicCredentials.same(given, right))
        ? new Verdict.Good(id.get())
        : new Verdict.Bad("bad_signature");
  }
}
