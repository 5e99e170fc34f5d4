package dev.tailrace.standins;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs webhooks as Slack does: HMAC-SHA256 over {@code v0:<seconds>:<body>}, in hexadecimal; the
 * seconds are sent beside it in {@code X-Slack-Request-Timestamp}.
 */
public final class SlackSignature {

  private SlackSignature() {}

  /**
   * The value of {@code X-Slack-Signature} for a body that is sent at {@code timestamp}, which
   * counts in whole seconds.
   */
  public static String header(String secret, Instant timestamp, String body) {
    String text = "v0:" + timestamp.getEpochSecond() + ":" + body;
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return "v0=" + HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has HmacSHA256", e);
    }
  }
}
