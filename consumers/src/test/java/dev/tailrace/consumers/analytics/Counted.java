package dev.tailrace.consumers.analytics;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.AnalyticsEvent;
import dev.tailrace.contracts.event.AnalyticsEvent.Captured;
import dev.tailrace.contracts.event.AnalyticsEvent.ExceptionCaptured;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.effects.Received;
import dev.tailrace.testkit.RelayedEvent;
import java.time.Instant;
import java.util.Optional;

/** Events of {@code analytics:*}, as a consumer gets them. */
final class Counted {

  static final Instant NOON = Instant.parse("2026-01-31T12:00:00.123456Z");

  private Counted() {}

  /** Somebody of {@code org_1} with a plan did it at noon. */
  static Captured captured(String event, String distinctId) {
    return new Captured(
        event,
        distinctId,
        object().put("plan", "pro"),
        Optional.of(object().put("organization", "org_1")),
        NOON);
  }

  /** It went wrong for {@code user-4} at noon. */
  static ExceptionCaptured exception(String event, ObjectNode properties) {
    return new ExceptionCaptured(event, "user-4", properties, Optional.empty(), NOON);
  }

  static ObjectNode object() {
    return Json.MAPPER.createObjectNode();
  }

  /** The first event of all. */
  static Received<AnalyticsEvent> received(AnalyticsEvent event) {
    return received(event, Json.write(event));
  }

  /** The same with another payload than the event was written as. */
  static Received<AnalyticsEvent> received(AnalyticsEvent event, String payload) {
    var type = Catalogue.of(event.getClass());
    return new Received<>(
        new Envelope(
            RelayedEvent.id(1),
            "%019d".formatted(1),
            type.name(),
            "org_1",
            type.aggregateType(),
            event.distinctId(),
            NOON,
            Origin.NONE,
            payload),
        event);
  }
}
