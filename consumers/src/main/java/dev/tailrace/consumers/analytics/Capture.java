package dev.tailrace.consumers.analytics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.AnalyticsEvent;
import dev.tailrace.effects.Received;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One event in PostHog's form.
 *
 * <p>PostHog knows a repeat by the uuid, the name, the distinct id and the timestamp together. All
 * of them are the event's own and so the same on every try.
 *
 * @param uuid the id that the outbox gave the event: a UUIDv7, as PostHog itself makes them where
 *     none is sent. There is one capture of an event, so nothing need be derived from it
 * @param properties with {@code $groups} where the event is of groups
 * @param timestamp when it happened, as its producer said
 */
record Capture(
    UUID uuid, String event, String distinctId, ObjectNode properties, Instant timestamp) {

  private static final String EXCEPTION = "$exception";
  private static final String EXCEPTION_LIST = "$exception_list";

  static Capture of(Received<AnalyticsEvent> received) {
    UUID uuid = received.envelope().id();
    return switch (received.event()) {
      case AnalyticsEvent.Captured it ->
          new Capture(
              uuid,
              it.event(),
              it.distinctId(),
              grouped(it.properties(), it.groups()),
              it.capturedAt());
      case AnalyticsEvent.ExceptionCaptured it ->
          new Capture(
              uuid,
              EXCEPTION,
              it.distinctId(),
              listed(it.event(), grouped(it.properties(), it.groups())),
              it.capturedAt());
    };
  }

  private static ObjectNode grouped(ObjectNode properties, Optional<ObjectNode> groups) {
    ObjectNode all = properties.deepCopy();
    groups.ifPresent(its -> all.set("$groups", its.deepCopy()));
    return all;
  }

  /**
   * PostHog makes issues of events that are named {@code $exception} and list at least one
   * exception. Who captured it may have listed them; else its name is the one exception's type.
   */
  private static ObjectNode listed(String name, ObjectNode properties) {
    JsonNode given = properties.path(EXCEPTION_LIST);
    if (!given.isArray() || given.isEmpty()) {
      String message = properties.path("message").asText("");
      properties
          .putArray(EXCEPTION_LIST)
          .addObject()
          .put("type", name)
          .put("value", message.isBlank() ? name : message);
    }
    return properties;
  }
}
