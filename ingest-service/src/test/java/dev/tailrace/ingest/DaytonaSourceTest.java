package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.DaytonaEvent;
import dev.tailrace.contracts.event.DaytonaEvent.SandboxCreated;
import dev.tailrace.contracts.event.DaytonaEvent.SandboxStateUpdated;
import dev.tailrace.ingest.Outcome.Rejected;
import dev.tailrace.testkit.SettableClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DaytonaSourceTest {

  private final DaytonaSource source = new DaytonaSource(Keys.NONE, 1024, new SettableClock());

  @Test
  void readsANewSandbox() {
    Delivery delivery =
        delivered(
            """
            {"event":"sandbox.created","timestamp":"2026-01-02T03:04:09Z","id":"sb_1","organizationId":"do_1",
             "state":"creating","createdAt":"2026-01-02T03:04:05Z"}""");
    assertThat(delivery.dedupeKey()).isEqualTo("msg_1");
    assertThat(delivery.owner()).isEqualTo(new Owner.Sandbox("sb_1", "do_1"));
    assertThat(delivery.occurredAt()).isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
    assertThat(delivery.event())
        .isInstanceOfSatisfying(
            SandboxCreated.class,
            created -> {
              assertThat(created.sandboxId()).isEqualTo("sb_1");
              assertThat(created.newState()).isEqualTo("creating");
              assertThat(created.updatedAt()).isEqualTo(delivery.occurredAt());
            });
  }

  @Test
  void ordersChangesByTheTimeOfTheChange() {
    Delivery delivery =
        delivered(
            """
            {"event":"sandbox.state.updated","timestamp":"2026-01-02T03:04:09Z","id":"sb_1","organizationId":"do_1",
             "oldState":"starting","newState":"never heard of","updatedAt":"2026-01-02T03:04:06.123Z"}""");
    assertThat(delivery.occurredAt()).isEqualTo(Instant.parse("2026-01-02T03:04:06.123Z"));
    assertThat(delivery.event())
        .isInstanceOfSatisfying(
            SandboxStateUpdated.class,
            updated -> {
              assertThat(updated.oldState()).contains("starting");
              assertThat(updated.newState()).isEqualTo("never heard of");
              assertThat(updated.updatedAt()).isEqualTo(delivery.occurredAt());
            });
  }

  @Test
  void keepsEverythingElseAsOther() {
    for (String type : List.of("snapshot.created", "volume.state.updated", "novelty")) {
      Delivery delivery =
          delivered("{\"event\":\"" + type + "\",\"id\":\"x_1\",\"organizationId\":\"do_1\"}");
      assertThat(delivery.owner()).isEqualTo(new Owner.Nobody("daytona/do_1"));
      assertThat(delivery.occurredAt()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
      assertThat(delivery.event())
          .isInstanceOfSatisfying(
              DaytonaEvent.Other.class,
              other -> {
                assertThat(other.id()).isEqualTo("x_1");
                assertThat(other.type()).isEqualTo(type);
              });
    }
    Delivery bare = delivered("{\"event\":\"novelty\"}");
    assertThat(((DaytonaEvent.Other) bare.event()).id()).isEqualTo("msg_1");
    assertThat(bare.owner().unresolved()).isEqualTo("daytona/platform");
  }

  @Test
  void saysWhatIsMissing() {
    assertMalformed("", "the body is no JSON");
    assertMalformed("{\"type\":\"sandbox.created\"}", "the body is no event of Daytona");
    assertMalformed(
        "{\"event\":\"novelty\",\"organizationId\":\"a b\"}", "the organization has no id");
    assertMalformed("{\"event\":\"sandbox.created\"}", "the sandbox has no id");
    assertMalformed(
        "{\"event\":\"sandbox.created\",\"id\":\"s\",\"state\":\" \"}", "the sandbox has no state");
    assertMalformed(
        "{\"event\":\"sandbox.state.updated\",\"id\":\"s\",\"newState\":\"started\",\"updatedAt\":1700000000}",
        "the event does not say when it happened");
    assertMalformed(
        "{\"event\":\"sandbox.created\",\"id\":\"s\",\"state\":\"x\",\"createdAt\":\"+10000-01-01T00:00:00Z\"}",
        "the event does not say when it happened");
  }

  private Delivery delivered(String body) {
    return (Delivery) read(body);
  }

  private void assertMalformed(String body, String reason) {
    assertThat(read(body)).describedAs(body).isEqualTo(Rejected.malformed(reason));
  }

  private WebhookSource.Reading read(String body) {
    return source.read(
        new Headers(Map.of("svix-id", List.of("msg_1"), "svix-timestamp", List.of("1700000000"))),
        Body.of(body.getBytes(UTF_8)));
  }
}
