package dev.tailrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.TestDatabase;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every provider sends, from its signature to the rows. */
class WebhookSourcesIT {

  private static RunningIngest ingest;

  @BeforeAll
  static void start() throws Exception {
    ingest = RunningIngest.on(TestDatabase.create());
  }

  @AfterAll
  static void stop() {
    ingest.close();
  }

  @BeforeEach
  void empty() {
    ingest.database().execute("truncate outbox_event, webhook_receipt, webhook_body");
  }

  @Test
  void storesWhatSlackTells() throws Exception {
    assertThat(delivered(TestProvider.SLACK, 0, "").body()).isEmpty();
    delivered(TestProvider.SLACK, 2, "");
    assertStored(
        "slack Ev7 slack:event.received slack/T1",
        "slack app_rate_limited/T1/7 slack:other slack/T1");
  }

  /** Slack cuts texts where it likes, also between the two halves of a character. */
  @Test
  void takesATextThatWasCutWithinACharacter() throws Exception {
    byte[] body =
        TestProvider.SLACK.encoded(
            TestProvider.SLACK.bodies().getFirst().formatted(7).replace("hi", "\\ud83e"));
    HttpResponse<String> answer =
        ingest.deliver(
            TestProvider.SLACK.route(),
            TestProvider.SLACK.signed("", ingest.clock().instant(), body),
            body);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertStored("slack Ev7 slack:event.received slack/T1");
  }

  @Test
  void answersTheGreetingOfSlackAndStoresNothing() throws Exception {
    assertThat(delivered(TestProvider.SLACK, 1, "").body()).isEqualTo("{\"challenge\":\"c7\"}");
    assertStored();
  }

  @Test
  void storesWhatWasPressedInSlack() throws Exception {
    HttpResponse<String> answer = delivered(TestProvider.SLACK_INTERACTIVE, 0, "");
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("Content-Type")).isEmpty();
    assertThat(ingest.database().strings("select type || ' ' || tenant_id from outbox_event"))
        .containsExactly("slack:interactive.received slack/T1");
  }

  @Test
  void storesWhatResendTells() throws Exception {
    for (int body = 0; body < 3; body++) {
      delivered(TestProvider.RESEND, body, "msg_" + body);
    }
    assertStored(
        "resend msg_0 resend:email.received resend/platform",
        "resend msg_1 resend:email.status resend/platform",
        "resend msg_2 resend:other resend/platform");
  }

  @Test
  void storesWhatDaytonaTells() throws Exception {
    for (int body = 0; body < 3; body++) {
      delivered(TestProvider.DAYTONA, body, "msg_" + body);
    }
    assertStored(
        "daytona msg_0 daytona:sandbox.created daytona/do_1",
        "daytona msg_1 daytona:sandbox.state.updated daytona/do_1",
        "daytona msg_2 daytona:other daytona/do_1");
  }

  @Test
  void storesWhatAConfiguredSenderTells() throws Exception {
    delivered(TestProvider.ACME, 0, "msg_0");
    assertStored("standard/acme msg_0 acme:received org_1");
    assertThat(
            ingest
                .database()
                .strings("select aggregate_type || ' ' || aggregate_id from outbox_event"))
        .containsExactly("customer c_1");
  }

  @Test
  void storesARedeliveryOnceForEverySource() throws Exception {
    for (TestProvider provider : TestProvider.values()) {
      for (int i = 0; i < 2; i++) {
        delivered(provider, 0, "msg_again");
      }
    }
    assertThat(ingest.database().count("select count(*) from outbox_event"))
        .isEqualTo(TestProvider.values().length);
  }

  private static HttpResponse<String> delivered(TestProvider provider, int body, String id)
      throws Exception {
    byte[] bytes = provider.encoded(provider.bodies().get(body).formatted(7));
    HttpResponse<String> answer =
        ingest.deliver(
            provider.route(), provider.signed(id, ingest.clock().instant(), bytes), bytes);
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer;
  }

  private static void assertStored(String... rows) {
    assertThat(
            ingest
                .database()
                .strings(
                    """
                    select r.source || ' ' || r.dedupe_key || ' ' || e.type || ' ' || e.tenant_id
                    from webhook_receipt r join outbox_event e on e.id = r.event_id
                    join webhook_body b on b.event_id = e.id order by e.id"""))
        .isEqualTo(List.of(rows));
  }
}
