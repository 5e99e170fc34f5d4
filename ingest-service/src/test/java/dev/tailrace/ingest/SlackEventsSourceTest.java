package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.SlackEvent;
import dev.tailrace.ingest.Outcome.Rejected;
import dev.tailrace.ingest.WebhookSource.Reply;
import dev.tailrace.testkit.SettableClock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SlackEventsSourceTest {

  private final SlackEventsSource source =
      new SlackEventsSource(Keys.NONE, 1024, new SettableClock());

  @Test
  void readsAnEvent() {
    Delivery delivery =
        delivered(
            event(
                """
                {"type":"app_mention","channel":"C1","user":"U1","ts":"1700000000.000100","text":"hi"}"""));
    assertThat(delivery.source()).isEqualTo("slack");
    assertThat(delivery.dedupeKey()).isEqualTo("Ev1");
    assertThat(delivery.owner()).isEqualTo(new Owner.SlackTeam("T1"));
    assertThat(delivery.occurredAt()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
    assertThat(delivery.event())
        .isInstanceOfSatisfying(
            SlackEvent.EventReceived.class,
            event -> {
              assertThat(event.slackEventId()).isEqualTo("Ev1");
              assertThat(event.conversation()).contains("C1/1700000000.000100");
              assertThat(event.raw().path("event").path("text").asText()).isEqualTo("hi");
            });
  }

  @Test
  void keepsTheTokenOutOfTheEvent() {
    var event = (SlackEvent.EventReceived) delivered(event("{\"token\":\"x\"}")).event();
    assertThat(event.raw().toString()).doesNotContain("token");
  }

  @Test
  void namesTheConversationByItsThread() {
    assertConversation("{\"channel\":\"C1\",\"ts\":\"2.0\",\"thread_ts\":\"1.0\"}", "C1/1.0");
    assertConversation("{\"channel\":\"C1\",\"ts\":\"2.0\"}", "C1/2.0");
    assertConversation("{\"channel\":{\"id\":\"C1\"},\"ts\":\"2.0\"}", "C1/2.0");
    assertConversation(
        "{\"subtype\":\"message_changed\",\"channel\":\"C1\",\"ts\":\"9.0\",\"message\":{\"ts\":\"2.0\",\"thread_ts\":\"1.0\"}}",
        "C1/1.0");
    assertConversation(
        "{\"subtype\":\"message_deleted\",\"channel\":\"C1\",\"ts\":\"9.0\",\"previous_message\":{\"ts\":\"2.0\"}}",
        "C1/2.0");
    assertConversation(
        "{\"type\":\"reaction_added\",\"item\":{\"channel\":\"C1\",\"ts\":\"2.0\"}}", "C1/2.0");
    for (String without :
        new String[] {
          "{}", "{\"channel\":\"C1\"}", "{\"ts\":\"1.0\"}", "{\"channel\":7,\"ts\":1}"
        }) {
      assertThat(conversation(without)).describedAs(without).isEmpty();
    }
  }

  @Test
  void findsTheTeamWhereverSlackPutsIt() {
    for (String team :
        new String[] {
          "\"team_id\":\"T1\",\"team\":{\"id\":\"T2\"},\"event\":{\"team\":\"T3\"}",
          "\"team\":{\"id\":\"T1\"},\"event\":{\"team\":\"T3\"}",
          "\"team_id\":null,\"event\":{\"team\":\"T1\"}",
          "\"enterprise_id\":\"T1\",\"event\":{}"
        }) {
      assertThat(
              delivered(
                      "{\"type\":\"event_callback\",\"event_id\":\"Ev1\",\"event_time\":1700000000,"
                          + team
                          + "}")
                  .owner())
          .describedAs(team)
          .isEqualTo(new Owner.SlackTeam("T1"));
    }
  }

  @Test
  void answersTheGreetingWithItsChallenge() {
    assertThat(read("{\"token\":\"x\",\"challenge\":\"3eZbrw1a\",\"type\":\"url_verification\"}"))
        .isInstanceOfSatisfying(
            Reply.class,
            reply -> {
              assertThat(reply.answer().status()).isEqualTo(200);
              assertThat(reply.answer().body()).isEqualTo("{\"challenge\":\"3eZbrw1a\"}");
            });
    assertMalformed("{\"type\":\"url_verification\"}", "the greeting has no challenge");
    assertMalformed(
        "{\"type\":\"url_verification\",\"challenge\":\"" + "x".repeat(256) + "\"}",
        "the greeting has no challenge");
  }

  @Test
  void keepsARateLimitAsOtherOncePerTeamAndMinute() {
    Delivery delivery =
        delivered(
            """
            {"token":"x","type":"app_rate_limited","team_id":"T1","minute_rate_limited":1518467820,"api_app_id":"A1"}""");
    assertThat(delivery.dedupeKey()).isEqualTo("app_rate_limited/T1/1518467820");
    assertThat(delivery.occurredAt()).isEqualTo(Instant.ofEpochSecond(1_518_467_820));
    assertThat(delivery.event())
        .isInstanceOfSatisfying(
            SlackEvent.Other.class,
            other -> {
              assertThat(other.kind()).isEqualTo("app_rate_limited");
              assertThat(other.raw().toString()).doesNotContain("token");
            });
    assertMalformed(
        "{\"type\":\"app_rate_limited\",\"team_id\":\"T1\"}",
        "the event does not say which minute");
  }

  @Test
  void keepsAnUnknownKindAsOther() {
    Delivery known =
        delivered(
            "{\"type\":\"novelty\",\"team_id\":\"T1\",\"event_id\":\"Ev7\",\"event_time\":1700000000}");
    assertThat(known.dedupeKey()).isEqualTo("Ev7");
    assertThat(((SlackEvent.Other) known.event()).kind()).isEqualTo("novelty");

    String bare = "{\"type\":\"novelty\",\"team_id\":\"T1\"}";
    Delivery signed =
        (Delivery) source.read(Headers.of(SlackSignature.TIMESTAMP, "1700000001"), body(bare));
    assertThat(signed.dedupeKey()).isEqualTo(body(bare).sha256()).hasSize(64);
    assertThat(signed.occurredAt()).isEqualTo(Instant.ofEpochSecond(1_700_000_001));
  }

  @Test
  void saysWhatIsMissing() {
    assertMalformed("", "the body is no JSON");
    assertMalformed("[]", "the body is no event of Slack");
    assertMalformed("{\"type\":7}", "the body is no event of Slack");
    assertMalformed("{\"type\":\"event_callback\"}", "the event names no team");
    assertMalformed("{\"type\":\"novelty\",\"team_id\":\"T:1\"}", "the event names no team");
    assertMalformed("{\"type\":\"novelty\",\"team_id\":\"\\u0000\"}", "the event names no team");
    assertMalformed(
        "{\"type\":\"event_callback\",\"team_id\":\"T1\"}", "the event has no event_id");
    assertMalformed(
        "{\"type\":\"event_callback\",\"team_id\":\"T1\",\"event_id\":\"" + "e".repeat(256) + "\"}",
        "the event has no event_id");
    assertMalformed(
        "{\"type\":\"event_callback\",\"team_id\":\"T1\",\"event_id\":\"\\ud800\"}",
        "the event has no event_id");
    assertMalformed(
        "{\"type\":\"event_callback\",\"team_id\":\"T1\",\"event_id\":\"E\",\"event_time\":-1}",
        "the event does not say when it happened");
    assertMalformed(
        "{\"type\":\"event_callback\",\"team_id\":\"T1\",\"event_id\":\"E\",\"event_time\":1}",
        "the event says nothing");
    assertMalformed(
        "{\"type\":\"event_callback\",\"deep\":" + "[".repeat(500) + "]".repeat(500) + "}",
        "the body is nested too deeply");
  }

  private void assertConversation(String event, String conversation) {
    assertThat(conversation(event)).describedAs(event).contains(conversation);
  }

  private Optional<String> conversation(String event) {
    return ((SlackEvent.EventReceived) delivered(event(event)).event()).conversation();
  }

  private static String event(String event) {
    return """
    {"token":"secret","team_id":"T1","api_app_id":"A1","type":"event_callback","event_id":"Ev1",
     "event_time":1700000000,"event":%s}"""
        .formatted(event);
  }

  private Delivery delivered(String body) {
    return (Delivery) read(body);
  }

  private void assertMalformed(String body, String reason) {
    assertThat(read(body)).describedAs(body).isEqualTo(Rejected.malformed(reason));
  }

  private WebhookSource.Reading read(String body) {
    return source.read(new Headers(Map.of()), body(body));
  }

  private static Body body(String text) {
    return Body.of(text.getBytes(UTF_8));
  }
}
