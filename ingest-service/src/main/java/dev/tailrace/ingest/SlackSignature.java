package dev.tailrace.ingest;

import dev.tailrace.ingest.SignatureCheck.Claim;
import dev.tailrace.ingest.SignatureCheck.Claimed;
import dev.tailrace.ingest.WebhookSource.Verification;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Checks {@code X-Slack-Signature: v0=<hex>}: HMAC-SHA256 of {@code v0:<seconds>:<body>}, where the
 * seconds are those of {@code X-Slack-Request-Timestamp}. Of a form, too, the raw body is signed.
 */
final class SlackSignature {

  static final String HEADER = "X-Slack-Signature";
  static final String TIMESTAMP = "X-Slack-Request-Timestamp";

  private static final String VERSION = "v0=";

  private final SignatureCheck check;

  SlackSignature(Keys keys, Clock clock) {
    this.check = new SignatureCheck(keys, HexFormat.of()::formatHex, clock);
  }

  Verification verify(Headers headers, Body body) {
    return check.verify(headers, body, SlackSignature::claimed);
  }

  /** When the request was signed; present in one that was verified. */
  static Optional<Instant> at(Headers headers) {
    return timestamp(headers).map(Claim::at);
  }

  private static Claimed claimed(Headers headers) {
    if (headers.all(HEADER).isEmpty() || headers.all(TIMESTAMP).isEmpty()) {
      return SignatureCheck.missing();
    }
    Optional<String> timestamp = timestamp(headers);
    Optional<String> signature = headers.only(HEADER).filter(text -> text.startsWith(VERSION));
    return timestamp.isPresent() && signature.isPresent()
        ? new Claim(
            timestamp.get(),
            "v0:" + timestamp.get() + ":",
            List.of(signature.get().substring(VERSION.length())))
        : SignatureCheck.malformed();
  }

  private static Optional<String> timestamp(Headers headers) {
    return headers.only(TIMESTAMP).filter(SignatureCheck::isTimestamp);
  }
}
