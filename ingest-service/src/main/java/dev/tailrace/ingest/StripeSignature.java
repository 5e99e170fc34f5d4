package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.temporal.ChronoUnit.SECONDS;

import dev.tailrace.ingest.Outcome.Rejected;
import dev.tailrace.ingest.WebhookSource.Genuine;
import dev.tailrace.ingest.WebhookSource.Verification;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks {@code Stripe-Signature: t=<seconds>,v1=<hex>[,v1=<hex>...]}: HMAC-SHA256 of {@code
 * <t>.<body>} with the whole {@code whsec_...} as the key.
 *
 * <p>While a secret is rolled Stripe signs with both, and several of ours are active: any pair may
 * match. All pairs are compared, each in constant time, so that the time taken tells nothing. The
 * time is looked at last: only a genuine delivery is told that it is too old, or from the future.
 */
final class StripeSignature {

  static final String HEADER = "Stripe-Signature";

  /** How far the sender's clock may be from ours, either way. */
  static final Duration WINDOW = Duration.ofMinutes(5);

  private static final String ALGORITHM = "HmacSHA256";
  private static final Pattern UNIX_TIME = Pattern.compile("\\d{1,12}");

  private final List<SecretKeySpec> keys;
  private final Clock clock;

  StripeSignature(List<String> secrets, Clock clock) {
    this.keys =
        secrets.stream()
            .map(secret -> new SecretKeySpec(secret.getBytes(UTF_8), ALGORITHM))
            .toList();
    this.clock = clock;
  }

  Verification verify(Headers headers, Body body) {
    if (keys.isEmpty()) {
      return Rejected.unauthenticated("no secret is configured");
    }
    if (headers.all(HEADER).isEmpty()) {
      return Rejected.unauthenticated("the signature is missing");
    }
    Optional<Signed> signed = headers.only(HEADER).flatMap(Signed::parse);
    if (signed.isEmpty()) {
      return Rejected.malformed("the signature is malformed");
    }
    if (!matches(signed.get(), body)) {
      return Rejected.unauthenticated("the signature does not match");
    }
    Duration off = Duration.between(signed.get().at(), clock.instant().truncatedTo(SECONDS)).abs();
    return off.compareTo(WINDOW) <= 0
        ? new Genuine()
        : Rejected.unauthenticated("the timestamp is outside the window");
  }

  private boolean matches(Signed signed, Body body) {
    boolean matches = false;
    for (SecretKeySpec key : keys) {
      byte[] expected = expected(key, signed.timestamp(), body);
      for (String candidate : signed.candidates()) {
        matches |= MessageDigest.isEqual(expected, candidate.getBytes(UTF_8));
      }
    }
    return matches;
  }

  private static byte[] expected(SecretKeySpec key, String timestamp, Body body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(timestamp.getBytes(US_ASCII));
      mac.update((byte) '.');
      mac.update(body.bytes());
      return HexFormat.of().formatHex(mac.doFinal()).getBytes(US_ASCII);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** A well-formed header: one timestamp, and at least one signature of the version we know. */
  private record Signed(String timestamp, List<String> candidates) {

    Instant at() {
      return Instant.ofEpochSecond(Long.parseLong(timestamp));
    }

    static Optional<Signed> parse(String header) {
      var timestamps = new ArrayList<String>();
      var candidates = new ArrayList<String>();
      for (String element : header.split(",", -1)) {
        int equals = element.indexOf('=');
        if (equals < 0) {
          return Optional.empty();
        }
        String value = element.substring(equals + 1).strip();
        switch (element.substring(0, equals).strip()) {
          case "t" -> timestamps.add(value);
          case "v1" -> candidates.add(value);
          default -> {} // Versions of before and after: v0 is sent by test clocks.
        }
      }
      return timestamps.size() == 1
              && UNIX_TIME.matcher(timestamps.getFirst()).matches()
              && !candidates.isEmpty()
          ? Optional.of(new Signed(timestamps.getFirst(), List.copyOf(candidates)))
          : Optional.empty();
    }
  }
}
