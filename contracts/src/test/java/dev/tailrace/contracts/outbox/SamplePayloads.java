package dev.tailrace.contracts.outbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.Schemas;
import dev.tailrace.testkit.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Payloads that fit a type's schema, and ways to make them not fit. */
final class SamplePayloads {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** What Java's schema validator takes for an integer from 0 to 100. */
  private static final List<BigDecimal> UNREADABLE =
      List.of(new BigDecimal("1e99"), new BigDecimal("-1e99"), new BigDecimal("1e400"));

  private SamplePayloads() {}

  static ObjectNode of(EventType<?> type, Seed seed) {
    try {
      ObjectNode payload = JSON.objectNode();
      Json.read(Schemas.of(type))
          .path("properties")
          .properties()
          .forEach(property -> payload.set(property.getKey(), value(property.getValue(), seed)));
      return payload;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode value(JsonNode schema, Seed seed) {
    JsonNode types = schema.path("type");
    String type = (types.isArray() ? types.path(0) : types).asText();
    if (schema.has("enum")) {
      return schema.path("enum").path(seed.below(schema.path("enum").size()));
    }
    return switch (type) {
      case "array" -> JSON.arrayNode().add(value(schema.path("items"), seed));
      case "integer" -> JSON.numberNode(seed.between(0, 100));
      case "object" -> object(schema, seed);
      default ->
          schema.path("format").asText().equals("date-time")
              ? JSON.textNode("2026-01-31T12:00:0" + seed.below(10) + "Z")
              : JSON.textNode("text-" + seed.number());
    };
  }

  private static ObjectNode object(JsonNode schema, Seed seed) {
    ObjectNode object = JSON.objectNode().put("id", "x");
    schema
        .path("properties")
        .properties()
        .forEach(property -> object.set(property.getKey(), value(property.getValue(), seed)));
    return object;
  }

  /** Changes up to three fields to something that may or may not fit. */
  static void spoil(ObjectNode payload, Seed seed) {
    List<String> fields = new ArrayList<>();
    payload.fieldNames().forEachRemaining(fields::add);
    if (seed.oneIn(5)) {
      // Alone: Java looks for a number that can't be read only where the schema finds nothing.
      payload.put(seed.oneOf(fields), seed.oneOf(UNREADABLE));
      return;
    }
    for (int i = seed.below(4); i > 0; i--) {
      String field = seed.oneOf(fields);
      switch (seed.below(10)) {
        case 0 -> payload.remove(field);
        case 1 -> payload.put(field, " ");
        case 2 -> payload.put(field, "");
        case 3 -> payload.put(field, -1);
        case 4 -> payload.put(field, 101);
        case 5 -> payload.put(field, 1.5);
        case 6 -> payload.putNull(field);
        case 7 -> payload.putArray(field).add("x");
        case 8 -> payload.put(field, "2026-13-45T99:00:00Z");
        default -> payload.put("unknown", "is welcome");
      }
    }
  }
}
