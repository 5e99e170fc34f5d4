package dev.tailrace.consumers.forwarding;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs as Standard Webhooks say: HMAC-SHA256 over {@code <id>.<seconds>.<body>}, in base64.
 *
 * <p>Whoever has the secret can tell that it was us, and when, and that the body is what we sent.
 */
final class StandardWebhookSignature {

  private static final String ALGORITHM = "HmacSHA256";
  private static final String PREFIX = "whsec_";

  private final SecretKeySpec key;

  private StandardWebhookSignature(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /**
   * Of the holder of this secret.
   *
   * @param secret {@code whsec_} and base64; empty is answered when it is not that
   */
  static Optional<StandardWebhookSignature> of(String secret) {
    if (!secret.startsWith(PREFIX)) {
      return Optional.empty();
    }
    try {
      byte[] key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
      return key.length == 0 ? Optional.empty() : Optional.of(new StandardWebhookSignature(key));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The value of {@code webhook-signature}; time counts in whole seconds. */
  String header(String id, Instant at, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update((id + "." + at.getEpochSecond() + ".").getBytes(UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 is in every JDK", e);
    }
  }

  /** Leaves the key out. */
  @Override
  public String toString() {
    return "StandardWebhookSignature[key left out]";
  }
}
