package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.event.SourceReceived;
import dev.tailrace.ingest.Outcome.Rejected;
import dev.tailrace.testkit.SettableClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StandardSourceTest {

  private final StandardSource source =
      source(Optional.of(JsonPointer.compile("/data/customer/id")), "customer");

  @Test
  void keepsTheBodyWhole() {
    Delivery delivery =
        delivered(
            source,
            """
            {"type":"order.paid","timestamp":"2026-01-02T03:04:05Z","data":{"customer":{"id":"c_1"},"total":1.50}}""");
    assertThat(delivery.source()).isEqualTo("standard/acme");
    assertThat(delivery.dedupeKey()).isEqualTo("msg_1");
    assertThat(delivery.owner()).isEqualTo(new Owner.Nobody("org_1"));
    assertThat(((SourceReceived) delivery.event()).raw().toString()).contains("\"total\":1.50");
    NewEvent event = delivery.newEvent("org_1");
    assertThat(event.type().name()).isEqualTo("acme:received");
    assertThat(event.aggregateType()).isEqualTo("customer");
    assertThat(event.aggregateId()).isEqualTo("c_1");
    assertThat(event.occurredAt()).isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
    assertThat(event.check()).isEmpty();
  }

  @Test
  void isAboutTheDeliveryWhereTheBodyNamesNothing() {
    assertThat(subject("{\"data\":{\"customer\":{\"id\":42}}}")).isEqualTo("42");
    for (String id : List.of("null", "\" \"", "1.5", "{}", "\"\\u0000\"", "true")) {
      assertThat(subject("{\"data\":{\"customer\":{\"id\":" + id + "}}}")).isEqualTo("msg_1");
    }
    NewEvent event = delivered(source(Optional.empty(), "delivery"), "{}").newEvent("org_1");
    assertThat(event.aggregateType()).isEqualTo("delivery");
    assertThat(event.aggregateId()).isEqualTo("msg_1");
    assertThat(event.occurredAt()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
  }

  @Test
  void refusesWhatIsNoObject() {
    for (String body : List.of("[]", "7", "\"x\"", "null")) {
      assertThat(read(source, body)).isEqualTo(Rejected.malformed("the body is no JSON object"));
    }
    assertThat(read(source, "")).isEqualTo(Rejected.malformed("the body is no JSON"));
  }

  private String subject(String body) {
    return delivered(source, body).newEvent("org_1").aggregateId();
  }

  private static StandardSource source(Optional<JsonPointer> aggregate, String aggregateType) {
    var sender = new Sender("acme", List.of(), aggregate, aggregateType, "org_1", 1024);
    return new StandardSource(sender, Keys.NONE, new SettableClock());
  }

  private static Delivery delivered(StandardSource source, String body) {
    return (Delivery) read(source, body);
  }

  private static WebhookSource.Reading read(StandardSource source, String body) {
    return source.read(
        new Headers(
            Map.of("webhook-id", List.of("msg_1"), "webhook-timestamp", List.of("1700000000"))),
        Body.of(body.getBytes(UTF_8)));
  }
}
