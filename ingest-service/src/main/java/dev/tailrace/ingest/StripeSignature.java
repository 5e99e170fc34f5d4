package dev.tailrace.ingest;

import dev.tailrace.ingest.SignatureCheck.Claim;
import dev.tailrace.ingest.SignatureCheck.Claimed;
import dev.tailrace.ingest.WebhookSource.Verification;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Checks {@code Stripe-Signature: t=<seconds>,v1=<hex>[,v1=<hex>...]}: HMAC-SHA256 of {@code
 * <t>.<body>} with the whole {@code whsec_...} as the key. While a secret is rolled Stripe signs
 * with both.
 */
final class StripeSignature {

  static final String HEADER = "Stripe-Signature";

  private final SignatureCheck check;

  StripeSignature(Keys keys, Clock clock) {
    this.check = new SignatureCheck(keys, HexFormat.of()::formatHex, clock);
  }

  Verification verify(Headers headers, Body body) {
    return check.verify(headers, body, StripeSignature::claimed);
  }

  private static Claimed claimed(Headers headers) {
    if (headers.all(HEADER).isEmpty()) {
      return SignatureCheck.missing();
    }
    Optional<Claimed> claim = headers.only(HEADER).flatMap(StripeSignature::parse);
    return claim.orElseGet(SignatureCheck::malformed);
  }

  /** A well-formed header has one timestamp, and at least one signature of the version we know. */
  private static Optional<Claimed> parse(String header) {
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
            && SignatureCheck.isTimestamp(timestamps.getFirst())
            && !candidates.isEmpty()
        ? Optional.of(
            new Claim(timestamps.getFirst(), timestamps.getFirst() + ".", List.copyOf(candidates)))
        : Optional.empty();
  }
}
