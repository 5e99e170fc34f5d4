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
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What all signatures of providers have in common: HMAC-SHA256 of a few characters and the body,
 * under any of the active keys, and a time that is about now. Where the parts of it stand in the
 * headers is each provider's own.
 *
 * <p>Several of our keys are active while a secret is rolled, and a sender may sign with several:
 * any pair may match. All pairs are compared, each in constant time, so that the time taken tells
 * nothing. The time is looked at last: only a genuine delivery is told that it is too old, or from
 * the future.
 */
final class SignatureCheck {

  static final String ALGORITHM = "HmacSHA256";

  /** How far the sender's clock may be from ours, either way. */
  static final Duration WINDOW = Duration.ofMinutes(5);

  private static final Pattern UNIX_TIME = Pattern.compile("\\d{1,12}");

  private final Keys keys;
  private final Function<byte[], String> encoding;
  private final Clock clock;

  /**
   * @param encoding how the provider writes a signature's bytes
   */
  SignatureCheck(Keys keys, Function<byte[], String> encoding, Clock clock) {
    this.keys = keys;
    this.encoding = encoding;
    this.clock = clock;
  }

  /** What the headers claim, or why they claim nothing. */
  sealed interface Claimed permits Claim, Rejected {}

  /**
   * Somebody says that he signed the body then.
   *
   * @param timestamp in seconds; {@link #isTimestamp} holds
   * @param before what is signed before the body, in ASCII
   * @param candidates signatures, of which any may be right
   */
  record Claim(String timestamp, String before, List<String> candidates) implements Claimed {

    Instant at() {
      return at(timestamp);
    }

    static Instant at(String timestamp) {
      return Instant.ofEpochSecond(Long.parseLong(timestamp));
    }
  }

  static boolean isTimestamp(String text) {
    return UNIX_TIME.matcher(text).matches();
  }

  /** Nobody said so. */
  static Rejected missing() {
    return Rejected.unauthenticated("the signature is missing");
  }

  /** It is not clear what is said. */
  static Rejected malformed() {
    return Rejected.malformed("the signature is malformed");
  }

  Verification verify(Headers headers, Body body, Function<Headers, Claimed> claimed) {
    List<SecretKeySpec> active = keys.active();
    if (active.isEmpty()) {
      return Rejected.unauthenticated("no secret is configured");
    }
    return switch (claimed.apply(headers)) {
      case Rejected rejected -> rejected;
      case Claim claim -> verify(active, claim, body);
    };
  }

  private Verification verify(List<SecretKeySpec> active, Claim claim, Body body) {
    if (!matches(active, claim, body)) {
      return Rejected.unauthenticated("the signature does not match");
    }
    Duration off = Duration.between(claim.at(), clock.instant().truncatedTo(SECONDS)).abs();
    return off.compareTo(WINDOW) <= 0
        ? new Genuine()
        : Rejected.unauthenticated("the timestamp is outside the window");
  }

  private boolean matches(List<SecretKeySpec> active, Claim claim, Body body) {
    boolean matches = false;
    for (SecretKeySpec key : active) {
      byte[] expected = expected(key, claim.before(), body);
      for (String candidate : claim.candidates()) {
        matches |= MessageDigest.isEqual(expected, candidate.getBytes(UTF_8));
      }
    }
    return matches;
  }

  private byte[] expected(SecretKeySpec key, String before, Body body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(before.getBytes(US_ASCII));
      mac.update(body.bytes());
      return encoding.apply(mac.doFinal()).getBytes(US_ASCII);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
