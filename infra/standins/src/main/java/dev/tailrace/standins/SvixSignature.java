package dev.tailrace.standins;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs as Svix and Standard Webhooks do: HMAC-SHA256 over {@code <id>.<seconds>.<body>}, in
 * base64, with the decoded part of {@code whsec_<base64>} as the key.
 */
public final class SvixSignature {

  private static final String PREFIX = "whsec_";

  private SvixSignature() {}

  /**
   * The value of {@code svix-signature} or {@code webhook-signature} for a body that is sent at
   * {@code timestamp}, which counts in whole seconds.
   *
   * @param secret {@code whsec_} and base64, or the base64 alone
   * @throws IllegalArgumentException when the secret is not that
   */
  public static String header(String secret, String id, Instant timestamp, String body) {
    return header(secret, id, Long.toString(timestamp.getEpochSecond()), Body.of(body));
  }

  static String header(String secret, String id, String seconds, Body body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key(secret), "HmacSHA256"));
      mac.update((id + "." + seconds + ".").getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body.bytes()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has HmacSHA256", e);
    }
  }

  /**
   * Answers the secret when it is one.
   *
   * @throws IllegalArgumentException when it is not; the secret is not in the message
   */
  static String requireSecret(String secret) {
    var _ = key(secret);
    return secret;
  }

  private static byte[] key(String secret) {
    String encoded = secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : secret;
    try {
      byte[] key = Base64.getDecoder().decode(encoded);
      if (key.length > 0) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("a secret must be whsec_ and base64", e);
    }
    throw new IllegalArgumentException("a secret must not be empty");
  }
}
