package dev.tailrace.contracts.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CloudEventsTest {

  private static final UUID ID = UUID.fromString("0199a4c1-0000-7000-8000-000000000001");

  private static Envelope envelope(Origin origin) {
    return new Envelope(
        ID,
        "0000000000000000042",
        "kitchen.task.claimed",
        "org_1",
        "kitchen_task",
        "tâche-1",
        Instant.parse("2026-01-31T12:00:00.123456Z"),
        origin,
        "{}");
  }

  private static Map<String, String> headers(Envelope envelope) {
    var headers = new HashMap<String, String>();
    CloudEvents.write(envelope, "/tailrace/test", headers::put);
    return headers;
  }

  @Test
  void anEnvelopeIsReadAsItWasWritten() {
    var origin =
        new Origin(Optional.of(new CausedBy(ID, "startCheckout")), 3, Optional.of("00-abc-def-01"));
    for (Envelope envelope : new Envelope[] {envelope(Origin.NONE), envelope(origin)}) {
      assertThat(CloudEvents.read(headers(envelope)::get, "{}")).isEqualTo(envelope);
    }
  }

  @Test
  void theHeadersAreThoseOfCloudEvents() {
    assertThat(headers(envelope(Origin.NONE)))
        .containsOnly(
            Map.entry("ce_specversion", "1.0"),
            Map.entry("ce_id", ID.toString()),
            Map.entry("ce_type", "kitchen.task.claimed"),
            Map.entry("ce_source", "/tailrace/test"),
            Map.entry("ce_subject", "tâche-1"),
            Map.entry("ce_time", "2026-01-31T12:00:00.123456Z"),
            Map.entry("content-type", "application/json"),
            Map.entry("ce_tenantid", "org_1"),
            Map.entry("ce_aggregatetype", "kitchen_task"),
            Map.entry("ce_seq", "0000000000000000042"));
  }

  @Test
  void whatIsMissingOrMalformedIsNamed() {
    Map<String, String> headers = headers(envelope(Origin.NONE));
    headers.remove("ce_seq");
    assertThatThrownBy(() -> CloudEvents.read(headers::get, "{}"))
        .hasMessageContaining("ce_seq is missing");
    for (String seq : List.of("1", "000000000000000004²", "000000000000000000\u0000")) {
      headers.put("ce_seq", seq);
      assertThatThrownBy(() -> CloudEvents.read(headers::get, "{}"))
          .hasMessageContaining("ce_seq is malformed");
    }
    headers.put("ce_seq", "0000000000000000001");
    headers.put("ce_id", "x");
    assertThatThrownBy(() -> CloudEvents.read(headers::get, "{}"))
        .hasMessage("header ce_id is malformed: 'x'");
  }
}
