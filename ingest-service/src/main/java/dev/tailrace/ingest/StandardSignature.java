package dev.tailrace.ingest;

import dev.tailrace.ingest.SignatureCheck.Claim;
import dev.tailrace.ingest.SignatureCheck.Claimed;
import dev.tailrace.ingest.WebhookSource.Verification;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Checks signatures of Standard Webhooks: HMAC-SHA256 of {@code <id>.<seconds>.<body>}, listed in
 * base64 as {@code v1,<signature> v1,<signature>}; versions that we don't know are passed over.
 *
 * <p>The three headers are called {@code webhook-id}, {@code webhook-timestamp} and {@code
 * webhook-signature}. Svix, which others send through, has them as {@code svix-...}; where a
 * request has both sets, that is the one that counts.
 */
final class StandardSignature {

  private static final String SVIX = "svix-";
  private static final String STANDARD = "webhook-";
  private static final String VERSION = "v1";

  /**
   * What can stand in a header without doubt about its bytes. A dot in it can't move the border of
   * what is signed: no body that we read begins with digits.
   */
  private static final Pattern ID = Pattern.compile("[\\x21-\\x7e]{1,255}");

  private final SignatureCheck check;

  StandardSignature(Keys keys, Clock clock) {
    this.check = new SignatureCheck(keys, Base64.getEncoder()::encodeToString, clock);
  }

  Verification verify(Headers headers, Body body) {
    return check.verify(headers, body, StandardSignature::claimed);
  }

  /** The sender's id of the delivery, the same at every retry; present in one that was verified. */
  static Optional<String> id(Headers headers) {
    return only(headers, "id").filter(text -> ID.matcher(text).matches());
  }

  /** When this attempt was signed; present in one that was verified. */
  static Optional<Instant> at(Headers headers) {
    return timestamp(headers).map(Claim::at);
  }

  private static Claimed claimed(Headers headers) {
    if (Stream.of("id", "timestamp", "signature").anyMatch(part -> isMissing(headers, part))) {
      return SignatureCheck.missing();
    }
    Optional<String> id = id(headers);
    Optional<String> timestamp = timestamp(headers);
    Optional<List<String>> candidates =
        only(headers, "signature").flatMap(StandardSignature::candidates);
    return id.isPresent() && timestamp.isPresent() && candidates.isPresent()
        ? new Claim(timestamp.get(), id.get() + "." + timestamp.get() + ".", candidates.get())
        : SignatureCheck.malformed();
  }

  private static Optional<List<String>> candidates(String header) {
    var candidates = new ArrayList<String>();
    for (String element : header.strip().split(" +", -1)) {
      int comma = element.indexOf(',');
      if (comma < 0) {
        return Optional.empty();
      }
      if (element.substring(0, comma).equals(VERSION)) {
        candidates.add(element.substring(comma + 1));
      }
    }
    return candidates.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(candidates));
  }

  private static Optional<String> timestamp(Headers headers) {
    return only(headers, "timestamp").filter(SignatureCheck::isTimestamp);
  }

  private static Optional<String> only(Headers headers, String part) {
    return headers.only(prefix(headers) + part);
  }

  private static boolean isMissing(Headers headers, String part) {
    return headers.all(prefix(headers) + part).isEmpty();
  }

  private static String prefix(Headers headers) {
    return headers.all(SVIX + "id").isEmpty() ? STANDARD : SVIX;
  }
}
