package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs as providers do, by the JDK alone: a mistake of ours is not made here too. */
final class Signing {

  private Signing() {}

  static Map<String, String> stripe(String secret, Instant at, byte[] body) {
    String signature = hex(secret.getBytes(UTF_8), at.getEpochSecond() + ".", body);
    return Map.of("Stripe-Signature", "t=" + at.getEpochSecond() + ",v1=" + signature);
  }

  static Map<String, String> slack(String secret, Instant at, byte[] body) {
    return Map.of(
        "X-Slack-Request-Timestamp",
        Long.toString(at.getEpochSecond()),
        "X-Slack-Signature",
        "v0=" + hex(secret.getBytes(UTF_8), "v0:" + at.getEpochSecond() + ":", body));
  }

  /**
   * @param prefix {@code svix-} or {@code webhook-}
   */
  static Map<String, String> standard(
      String prefix, String secret, String id, Instant at, byte[] body) {
    byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
    String signature =
        Base64.getEncoder().encodeToString(hmac(key, id + "." + at.getEpochSecond() + ".", body));
    return Map.of(
        prefix + "id",
        id,
        prefix + "timestamp",
        Long.toString(at.getEpochSecond()),
        prefix + "signature",
        "v1," + signature);
  }

  private static String hex(byte[] key, String before, byte[] body) {
    return HexFormat.of().formatHex(hmac(key, before, body));
  }

  private static byte[] hmac(byte[] key, String before, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(before.getBytes(UTF_8));
      return mac.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
