package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.SlackEvent.InteractiveReceived;
import dev.tailrace.ingest.Outcome.Rejected;
import dev.tailrace.testkit.SettableClock;
import java.net.URLEncoder;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SlackInteractiveSourceTest {

  private static final String PRESSED =
      """
      {"type":"block_actions","team":{"id":"T1"},"trigger_id":"s3cret","response_url":"https://s3cret",
       "container":{"type":"message","message_ts":"2.0","channel_id":"C1","thread_ts":"1.0"},
       "actions":[{"action_id":"ok","value":"a+b&c ü"}]}""";

  private final SlackInteractiveSource source =
      new SlackInteractiveSource(Keys.NONE, 1024, new SettableClock());

  @Test
  void readsThePayloadOfTheForm() {
    Delivery delivery = delivered(PRESSED);
    assertThat(delivery.source()).isEqualTo("slack-interactive");
    assertThat(delivery.owner()).isEqualTo(new Owner.SlackTeam("T1"));
    assertThat(delivery.occurredAt()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
    assertThat(delivery.dedupeKey()).isEqualTo(Body.of(PRESSED.getBytes(UTF_8)).sha256());
    assertThat(delivery.event())
        .isInstanceOfSatisfying(
            InteractiveReceived.class,
            event -> {
              assertThat(event.teamId()).isEqualTo("T1");
              assertThat(event.conversation()).contains("C1/1.0");
              assertThat(event.raw().at("/actions/0/value").asText()).isEqualTo("a+b&c ü");
              assertThat(event.raw().toString()).doesNotContain("s3cret");
            });
  }

  @Test
  void answersWithNothingAndIsUrgent() {
    assertThat(source.accepted()).isEqualTo(Answer.empty(200));
    assertThat(source.isUrgent()).isTrue();
  }

  @Test
  void findsTheConversationWhereThereIsOne() {
    String team = "{\"type\":\"block_actions\",\"team\":{\"id\":\"T1\"},";
    assertConversation(
        team + "\"channel\":{\"id\":\"C1\"},\"message\":{\"ts\":\"2.0\",\"thread_ts\":\"1.0\"}}",
        "C1/1.0");
    assertConversation(
        team + "\"channel\":{\"id\":\"C1\"},\"message\":{\"ts\":\"2.0\"}}", "C1/2.0");
    assertConversation(
        team + "\"container\":{\"channel_id\":\"C1\",\"message_ts\":\"2.0\"}}", "C1/2.0");
    assertThat(conversation(team + "\"view\":{\"id\":\"V1\"}}")).isEmpty();
  }

  @Test
  void refusesWhatIsNoFormWithOnePayload() {
    for (String form :
        new String[] {
          "", "payload", "other=1", "payload=%7", "payload=%zz", "payload={}&payload={}"
        }) {
      assertThat(read(form))
          .describedAs(form)
          .isEqualTo(Rejected.malformed("the body is no form with a payload"));
    }
    assertThat(read("payload=%c3")).isEqualTo(Rejected.malformed("the body is no JSON"));
    assertThat(read("payload=")).isEqualTo(Rejected.malformed("the body is no JSON"));
    assertThat(read("payload=[]"))
        .isEqualTo(Rejected.malformed("the payload is no interaction of Slack"));
    assertThat(read("payload={\"type\":\"shortcut\",\"team\":null}"))
        .isEqualTo(Rejected.malformed("the payload names no team"));
  }

  @Test
  void takesOtherFieldsBesideThePayload() {
    assertThat(read("a=1&payload=" + URLEncoder.encode(PRESSED, UTF_8) + "&my_payload=x"))
        .isInstanceOf(Delivery.class);
  }

  private void assertConversation(String payload, String conversation) {
    assertThat(conversation(payload)).contains(conversation);
  }

  private java.util.Optional<String> conversation(String payload) {
    return ((InteractiveReceived) delivered(payload).event()).conversation();
  }

  private Delivery delivered(String payload) {
    return (Delivery) read("payload=" + URLEncoder.encode(payload, UTF_8));
  }

  private WebhookSource.Reading read(String form) {
    return source.read(
        Headers.of(SlackSignature.TIMESTAMP, "1700000000"), Body.of(form.getBytes(ISO_8859_1)));
  }
}
