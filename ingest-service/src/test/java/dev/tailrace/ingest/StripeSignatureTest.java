package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.net.Webhook;
import dev.tailrace.ingest.Outcome.Rejected;
import dev.tailrace.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StripeSignatureTest {

  private static final String BODY = "{\"id\":\"evt_1\",\"object\":\"event\"}";
  private static final String VECTOR =
      "c9bcc97a8a4ff4bae104ef32dcacf8b24b4c3cf0512aef639b8502673db15436";
  private static final Instant SIGNED_AT = Instant.ofEpochSecond(1_700_000_000);

  private final SettableClock clock = new SettableClock(SIGNED_AT);
  private final StripeSignature signature =
      new StripeSignature(Keys.of(SecretForm.TEXT, List.of("whsec_new", "whsec_x")), clock);

  @Test
  void acceptsThePublishedVector() {
    assertGenuine("t=1700000000,v1=" + VECTOR);
  }

  @Test
  void acceptsWhatStripesOwnLibrarySigns() throws Exception {
    String v1 = Webhook.Util.computeHmacSha256("whsec_new", "1700000000." + BODY);
    assertGenuine("t=1700000000,v1=" + v1);
  }

  @Test
  void acceptsAnyOfSeveralSignatures() {
    assertGenuine("t=1700000000,v1=" + "0".repeat(64) + ",v0=ab,v1=" + VECTOR);
  }

  @Test
  void acceptsUpToTheEdgesOfTheWindow() {
    clock.set(SIGNED_AT.plus(Duration.ofMinutes(5)));
    assertGenuine("t=1700000000,v1=" + VECTOR);
    clock.set(SIGNED_AT.minus(Duration.ofMinutes(5)));
    assertGenuine("t=1700000000,v1=" + VECTOR);
  }

  @Test
  void rejectsWhatIsTooOld() {
    clock.set(SIGNED_AT.plusSeconds(301));
    assertRejected("t=1700000000,v1=" + VECTOR, 401, "the timestamp is outside the window");
  }

  @Test
  void rejectsWhatIsFromTheFuture() {
    clock.set(SIGNED_AT.minusSeconds(301));
    assertRejected("t=1700000000,v1=" + VECTOR, 401, "the timestamp is outside the window");
  }

  @Test
  void rejectsAnotherTimestampThanTheSignedOne() {
    assertRejected("t=1700000001,v1=" + VECTOR, 401, "the signature does not match");
  }

  @Test
  void rejectsAnotherBody() {
    assertThat(
            signature.verify(
                Headers.of("Stripe-Signature", "t=1700000000,v1=" + VECTOR),
                Body.of((BODY + " ").getBytes(UTF_8))))
        .isEqualTo(Rejected.unauthenticated("the signature does not match"));
  }

  @Test
  void rejectsEveryMalformedHeader() {
    for (String header :
        List.of(
            "",
            ",",
            "t",
            "t=abc,v1=" + VECTOR,
            "t=-1,v1=" + VECTOR,
            "t=,v1=" + VECTOR,
            "t=99999999999999999999,v1=" + VECTOR,
            "v1=" + VECTOR,
            "t=1700000000",
            "t=1700000000,v0=" + VECTOR,
            "t=1700000000,t=1700000000,v1=" + VECTOR)) {
      assertRejected(header, 400, "the signature is malformed");
    }
  }

  @Test
  void rejectsAMissingHeader() {
    assertThat(signature.verify(Headers.of("X-Other", "1"), Body.of(BODY.getBytes(UTF_8))))
        .isEqualTo(Rejected.unauthenticated("the signature is missing"));
  }

  @Test
  void rejectsTwoHeadersEvenWhenOneIsGood() {
    String good = "t=1700000000,v1=" + VECTOR;
    assertThat(
            signature.verify(
                Headers.of("Stripe-Signature", good, good), Body.of(BODY.getBytes(UTF_8))))
        .isEqualTo(Rejected.malformed("the signature is malformed"));
  }

  @Test
  void rejectsEverythingWithoutASecret() {
    assertThat(
            new StripeSignature(Keys.NONE, clock)
                .verify(
                    Headers.of("Stripe-Signature", "t=1700000000,v1=" + VECTOR),
                    Body.of(BODY.getBytes(UTF_8))))
        .isEqualTo(Rejected.unauthenticated("no secret is configured"));
  }

  private void assertGenuine(String header) {
    assertThat(
            signature.verify(Headers.of("stripe-signature", header), Body.of(BODY.getBytes(UTF_8))))
        .isEqualTo(new WebhookSource.Genuine());
  }

  private void assertRejected(String header, int status, String reason) {
    assertThat(
            signature.verify(Headers.of("stripe-signature", header), Body.of(BODY.getBytes(UTF_8))))
        .describedAs(header)
        .isEqualTo(new Rejected(status, reason, List.of()));
  }
}
