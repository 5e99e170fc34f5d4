package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.ingest.Outcome.Rejected;
import dev.tailrace.testkit.SettableClock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlackSignatureTest {

  /** The example of Slack's own documentation. */
  private static final String BODY =
      "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
          + "&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
          + "&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com"
          + "%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
          + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";

  private static final String VECTOR =
      "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
  private static final Instant SIGNED_AT = Instant.ofEpochSecond(1_531_420_618);

  private final SettableClock clock = new SettableClock(SIGNED_AT);
  private final SlackSignature signature =
      new SlackSignature(
          Keys.of(SecretForm.TEXT, List.of("new", "8f742231b10e8888abcd99yyyzzz85a5")), clock);

  @Test
  void acceptsThePublishedVector() {
    assertThat(verify("1531420618", VECTOR)).isEqualTo(new WebhookSource.Genuine());
  }

  @Test
  void acceptsUpToTheEdgesOfTheWindow() {
    for (int off : List.of(-300, 300)) {
      clock.set(SIGNED_AT.plusSeconds(off));
      assertThat(verify("1531420618", VECTOR)).isEqualTo(new WebhookSource.Genuine());
    }
    for (int off : List.of(-301, 301)) {
      clock.set(SIGNED_AT.plusSeconds(off));
      assertThat(verify("1531420618", VECTOR))
          .isEqualTo(Rejected.unauthenticated("the timestamp is outside the window"));
    }
  }

  @Test
  void rejectsAnotherTimestampThanTheSignedOne() {
    assertThat(verify("1531420619", VECTOR))
        .isEqualTo(Rejected.unauthenticated("the signature does not match"));
  }

  @Test
  void rejectsEveryMalformedHeader() {
    for (String timestamp :
        List.of("", "abc", "-1", "1531420618.0", "99999999999999", "١٥٣١٤٢٠٦١٨")) {
      assertThat(verify(timestamp, VECTOR))
          .describedAs(timestamp)
          .isEqualTo(Rejected.malformed("the signature is malformed"));
    }
    for (String header : List.of("", "v1=" + VECTOR.substring(3), VECTOR.substring(3), "v0")) {
      assertThat(verify("1531420618", header))
          .describedAs(header)
          .isEqualTo(Rejected.malformed("the signature is malformed"));
    }
  }

  @Test
  void rejectsAMissingHeader() {
    var headers = new HashMap<>(headers("1531420618", VECTOR));
    headers.remove("X-Slack-Request-Timestamp");
    assertThat(signature.verify(new Headers(headers), Body.of(BODY.getBytes(UTF_8))))
        .isEqualTo(Rejected.unauthenticated("the signature is missing"));
  }

  @Test
  void rejectsTwoHeadersEvenWhenOneIsGood() {
    var headers = new HashMap<>(headers("1531420618", VECTOR));
    headers.put("X-Slack-Signature", List.of(VECTOR, VECTOR));
    assertThat(signature.verify(new Headers(headers), Body.of(BODY.getBytes(UTF_8))))
        .isEqualTo(Rejected.malformed("the signature is malformed"));
  }

  private WebhookSource.Verification verify(String timestamp, String header) {
    return signature.verify(new Headers(headers(timestamp, header)), Body.of(BODY.getBytes(UTF_8)));
  }

  private static Map<String, List<String>> headers(String timestamp, String header) {
    return Map.of(
        "X-Slack-Request-Timestamp", List.of(timestamp), "X-Slack-Signature", List.of(header));
  }
}
