package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.ingest.Outcome.Rejected;
import dev.tailrace.testkit.SettableClock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StandardSignatureTest {

  private static final String BODY = "{\"id\":\"evt_1\",\"object\":\"event\"}";
  private static final String VECTOR = "v1,X2VGcVScT9YD0x6QkdeQc8jJj6y5jXksIEEbwpKU/3Y=";
  private static final Instant SIGNED_AT = Instant.ofEpochSecond(1_700_000_000);

  private final SettableClock clock = new SettableClock(SIGNED_AT);
  private final StandardSignature signature =
      new StandardSignature(
          Keys.of(SecretForm.BASE64, List.of("whsec_bmV3", RunningIngest.STANDARD_SECRET)), clock);

  @Test
  void acceptsThePublishedVectorUnderBothNamesOfTheHeaders() {
    for (String prefix : List.of("svix-", "webhook-", "Webhook-")) {
      assertThat(verify(headers(prefix, "msg_1", "1700000000", VECTOR)))
          .isEqualTo(new WebhookSource.Genuine());
    }
  }

  @Test
  void readsTheNamesOfSvixWhereBothAreSent() {
    var headers = new HashMap<>(headers("webhook-", "msg_2", "1", "v1,x"));
    headers.putAll(headers("svix-", "msg_1", "1700000000", VECTOR));
    assertThat(verify(headers)).isEqualTo(new WebhookSource.Genuine());
    assertThat(StandardSignature.id(new Headers(headers))).contains("msg_1");
  }

  @Test
  void acceptsAnyOfTheListAndPassesUnknownVersionsOver() {
    for (String header :
        List.of(
            "v1a,abc " + VECTOR,
            "v2,abc v1,AAAA " + VECTOR + " v1,BBBB",
            " " + VECTOR + "  v3,x ",
            "," + " " + VECTOR)) {
      assertThat(verify(headers("svix-", "msg_1", "1700000000", header)))
          .describedAs(header)
          .isEqualTo(new WebhookSource.Genuine());
    }
  }

  @Test
  void takesASecretWithoutItsPrefixToo() {
    var bare =
        new StandardSignature(
            Keys.of(SecretForm.BASE64, List.of("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3")), clock);
    assertThat(
            bare.verify(
                new Headers(headers("svix-", "msg_1", "1700000000", VECTOR)),
                Body.of(BODY.getBytes(UTF_8))))
        .isEqualTo(new WebhookSource.Genuine());
  }

  @Test
  void rejectsWhatIsOutsideTheWindow() {
    for (int off : List.of(-301, 301)) {
      clock.set(SIGNED_AT.plusSeconds(off));
      assertThat(verify(headers("svix-", "msg_1", "1700000000", VECTOR)))
          .isEqualTo(Rejected.unauthenticated("the timestamp is outside the window"));
    }
    clock.set(SIGNED_AT.plusSeconds(300));
    assertThat(verify(headers("svix-", "msg_1", "1700000000", VECTOR)))
        .isEqualTo(new WebhookSource.Genuine());
  }

  @Test
  void rejectsAnotherIdOrTimestampThanTheSignedOne() {
    for (var headers :
        List.of(
            headers("svix-", "msg_2", "1700000000", VECTOR),
            headers("svix-", "msg_1", "1700000001", VECTOR),
            headers("svix-", "msg_1", "1700000000", VECTOR.toLowerCase(java.util.Locale.ROOT)))) {
      assertThat(verify(headers))
          .isEqualTo(Rejected.unauthenticated("the signature does not match"));
    }
  }

  @Test
  void rejectsEveryMalformedHeader() {
    for (var headers :
        List.of(
            headers("svix-", "", "1700000000", VECTOR),
            headers("svix-", "msg 1", "1700000000", VECTOR),
            headers("svix-", "msg_\u00e9", "1700000000", VECTOR),
            headers("svix-", "m".repeat(256), "1700000000", VECTOR),
            headers("svix-", "msg_1", "soon", VECTOR),
            headers("svix-", "msg_1", "1e9", VECTOR),
            headers("svix-", "msg_1", "1700000000", ""),
            headers("svix-", "msg_1", "1700000000", "v2,abc"),
            headers("svix-", "msg_1", "1700000000", VECTOR + " v1"))) {
      assertThat(verify(headers))
          .describedAs(headers.toString())
          .isEqualTo(Rejected.malformed("the signature is malformed"));
    }
  }

  @Test
  void rejectsAMissingHeader() {
    for (String part : List.of("id", "timestamp", "signature")) {
      var headers = new HashMap<>(headers("webhook-", "msg_1", "1700000000", VECTOR));
      headers.remove("webhook-" + part);
      assertThat(verify(headers)).isEqualTo(Rejected.unauthenticated("the signature is missing"));
    }
  }

  @Test
  void rejectsEverythingWithoutASecret() {
    assertThat(
            new StandardSignature(Keys.NONE, clock)
                .verify(
                    new Headers(headers("svix-", "msg_1", "1700000000", VECTOR)),
                    Body.of(BODY.getBytes(UTF_8))))
        .isEqualTo(Rejected.unauthenticated("no secret is configured"));
  }

  @Test
  void takesNoSecretThatIsNoBase64() {
    assertThatThrownBy(() -> Keys.of(SecretForm.BASE64, List.of("whsec_MDEy", "whsec_?")))
        .hasMessageContaining("secret 2 of 2 must be base64")
        .hasMessageNotContaining("?");
  }

  private WebhookSource.Verification verify(Map<String, List<String>> headers) {
    return signature.verify(new Headers(headers), Body.of(BODY.getBytes(UTF_8)));
  }

  private static Map<String, List<String>> headers(
      String prefix, String id, String timestamp, String signature) {
    return Map.of(
        prefix + "id", List.of(id),
        prefix + "timestamp", List.of(timestamp),
        prefix + "signature", List.of(signature));
  }
}
