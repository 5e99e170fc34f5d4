package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.ResendEvent;
import dev.tailrace.contracts.event.ResendEvent.Attachment;
import dev.tailrace.contracts.event.ResendEvent.EmailReceived;
import dev.tailrace.contracts.event.ResendEvent.EmailStatus;
import dev.tailrace.ingest.Outcome.Rejected;
import dev.tailrace.testkit.SettableClock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResendSourceTest {

  private final ResendSource source = new ResendSource(Keys.NONE, 1024, new SettableClock());

  @Test
  void readsAMailThatCameIn() {
    Delivery delivery =
        delivered(
            "email.received",
            """
            {"email_id":"em_1","created_at":"2026-01-02T03:04:05.000Z","from":"Ada <Ada@Example.com>",
             "to":["Agent+One@In.example"],"cc":["b@example.com"],"bcc":["hidden@example.com"],
             "message_id":"<m1@example.com>","subject":"Hello","html":"<p>SECRET</p>","text":"SECRET",
             "attachments":[{"id":"at_1","filename":"a.pdf","content_type":"application/pdf","content":"SECRET"},7]}""");
    assertThat(delivery.dedupeKey()).isEqualTo("msg_1");
    assertThat(delivery.occurredAt()).isEqualTo(Instant.parse("2026-01-02T03:04:06Z"));
    assertThat(delivery.owner())
        .isEqualTo(new Owner.Mail("ada@example.com", "agent+one@in.example"));
    assertThat(delivery.event())
        .isEqualTo(
            new EmailReceived(
                "em_1",
                "Ada <Ada@Example.com>",
                List.of("Agent+One@In.example"),
                List.of("b@example.com"),
                Optional.of("Hello"),
                Optional.of("<m1@example.com>"),
                List.of(
                    new Attachment(
                        Optional.of("at_1"),
                        Optional.of("a.pdf"),
                        Optional.of("application/pdf")))));
    assertThat(delivery.newEvent("org_1").aggregateId()).isEqualTo("agent+one@in.example");
    assertThat(delivery.newEvent("org_1").payload()).doesNotContain("SECRET");
  }

  @Test
  void takesTheAddressOutOfAHeader() {
    assertThat(MailAddress.bare("Ada@Example.com")).isEqualTo("ada@example.com");
    assertThat(MailAddress.bare("\"Lovelace, <Ada>\" <ada@example.com>"))
        .isEqualTo("ada@example.com");
    assertThat(MailAddress.bare(" <ada@example.com > ")).isEqualTo("ada@example.com");
    assertThat(MailAddress.bare("<>")).isEqualTo("<>");
    assertThat(MailAddress.bare("ada@example.com>")).isEqualTo("ada@example.com>");
  }

  @Test
  void goesByTheRecipientThatNamesAProject() {
    assertThat(MailAddress.telling(List.of("a@x", "agent+slug@x"))).isEqualTo("agent+slug@x");
    assertThat(MailAddress.telling(List.of("a@x", "b+@x", "c@x+y"))).isEqualTo("a@x");
    assertThat(
            delivered(
                    "email.received",
                    "{\"email_id\":\"e\",\"from\":\"f@x\",\"to\":[],\"bcc\":[\"agent+slug@x\"]}")
                .owner())
        .isEqualTo(new Owner.Mail("f@x", "agent+slug@x"));
  }

  @Test
  void readsWhatBecameOfAMail() {
    assertStatus("email.delivered", "{\"email_id\":\"em_1\"}", "delivered", "");
    assertStatus("email.delivery_delayed", "{\"email_id\":\"em_1\"}", "delivery_delayed", "");
    assertStatus(
        "email.bounced",
        "{\"email_id\":\"em_1\",\"bounce\":{\"type\":\"Permanent\",\"message\":\"no such box\"}}",
        "bounced",
        "no such box");
    assertStatus(
        "email.failed",
        "{\"email_id\":\"em_1\",\"failed\":{\"reason\":\"quota\"}}",
        "failed",
        "quota");
    assertStatus("email.new_one", "{\"email_id\":\"em_1\",\"bounce\":7}", "new_one", "");
  }

  @Test
  void keepsEverythingElseAsOtherWithoutTheTextsOfMails() {
    Delivery delivery =
        delivered("contact.created", "{\"id\":\"co_1\",\"html\":\"SECRET\",\"email\":\"a@x\"}");
    assertThat(delivery.owner()).isEqualTo(new Owner.Nobody("resend/platform"));
    assertThat(delivery.event())
        .isInstanceOfSatisfying(
            ResendEvent.Other.class,
            other -> {
              assertThat(other.id()).isEqualTo("co_1");
              assertThat(other.type()).isEqualTo("contact.created");
              assertThat(other.raw().toString()).contains("a@x").doesNotContain("SECRET");
            });
    for (String type : List.of("novelty", "email.", "email. ")) {
      assertThat(((ResendEvent.Other) delivered(type, "7").event()).id()).isEqualTo("msg_1");
    }
  }

  @Test
  void saysWhatIsMissing() {
    assertMalformed("{", "the body is no JSON");
    assertMalformed("{}", "the body is no event of Resend");
    assertMalformed(
        "{\"type\":\"email.sent\",\"created_at\":\"yesterday\"}",
        "the event does not say when it was created");
    assertMalformed(
        "{\"type\":\"email.sent\",\"created_at\":\"-1000-01-01T00:00:00Z\"}",
        "the event does not say when it was created");
    assertMalformed(body("email.sent", "{}"), "the event names no mail");
    assertMalformed(
        body("email.received", "{\"email_id\":\"e\",\"to\":[\"a@x\"]}"),
        "the mail has no sender or no recipient");
    assertMalformed(
        body("email.received", "{\"email_id\":\"e\",\"from\":\"a@x\",\"to\":[7]}"),
        "the mail has no sender or no recipient");
    assertMalformed(
        body(
            "email.received",
            "{\"email_id\":\"e\",\"from\":\"a@x\",\"to\":[\"" + "x".repeat(256) + "\"]}"),
        "an address is too long");
  }

  private void assertStatus(String type, String data, String status, String reason) {
    assertThat(delivered(type, data).event())
        .isEqualTo(
            new EmailStatus("em_1", status, Optional.of(reason).filter(text -> !text.isEmpty())));
  }

  private Delivery delivered(String type, String data) {
    return (Delivery) read(body(type, data));
  }

  private static String body(String type, String data) {
    return "{\"type\":\"%s\",\"created_at\":\"2026-01-02T03:04:06+00:00\",\"data\":%s}"
        .formatted(type, data);
  }

  private void assertMalformed(String body, String reason) {
    assertThat(read(body)).describedAs(body).isEqualTo(Rejected.malformed(reason));
  }

  private WebhookSource.Reading read(String body) {
    return source.read(Headers.of("svix-id", "msg_1"), Body.of(body.getBytes(UTF_8)));
  }
}
