package dev.tailrace.standins;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs webhooks as Stripe does: HMAC-SHA256 over {@code <t>.<body>}, with the whole {@code
 * whsec_...} string as the key.
 */
public final class StripeSignature {

  private StripeSignature() {}

  /**
   * The value of {@code Stripe-Signature} for a body that is sent at {@code timestamp}, which
   * counts in whole seconds.
   */
  public static String header(String secret, Instant timestamp, String body) {
    long seconds = timestamp.getEpochSecond();
    return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(hmac(secret, seconds + "." + body));
  }

  private static byte[] hmac(String secret, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has HmacSHA256", e);
    }
  }
}
