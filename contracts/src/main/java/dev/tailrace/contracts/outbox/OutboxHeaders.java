package dev.tailrace.contracts.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.CausedBy;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.Origin;
import java.util.Optional;

/** The outbox's headers column: the envelope's version and the event's origin, as JSON. */
public final class OutboxHeaders {

  private static final String PLAIN = "{\"version\":" + Envelope.VERSION + "}";

  /** The same as {@code outbox_append} writes it. */
  private static final String PLAIN_IN_SQL = "{\"version\": " + Envelope.VERSION + "}";

  private OutboxHeaders() {}

  static String write(Origin origin) {
    if (origin.equals(Origin.NONE)) {
      return PLAIN;
    }
    ObjectNode headers = Json.MAPPER.createObjectNode().put("version", Envelope.VERSION);
    origin.causedBy().ifPresent(cause -> headers.put("causedBy", cause.toString()));
    if (origin.depth() > 0) {
      headers.put("depth", origin.depth());
    }
    origin.traceparent().ifPresent(trace -> headers.put("traceparent", trace));
    return headers.toString();
  }

  /**
   * Reads the column.
   *
   * @throws IllegalArgumentException when it is malformed or of another version of the envelope
   */
  public static Origin read(String column) {
    if (column.equals(PLAIN) || column.equals(PLAIN_IN_SQL)) {
      return Origin.NONE;
    }
    JsonNode headers;
    try {
      headers = Json.read(column);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the headers of the outbox row are no JSON", e);
    }
    int version = headers.path("version").asInt();
    if (version != Envelope.VERSION) {
      throw new IllegalArgumentException(
          "envelope version " + version + " is unknown, this is version " + Envelope.VERSION);
    }
    return new Origin(
        text(headers, "causedBy").map(CausedBy::parse),
        headers.path("depth").asInt(),
        text(headers, "traceparent"));
  }

  private static Optional<String> text(JsonNode headers, String field) {
    return Optional.ofNullable(headers.path(field).textValue());
  }
}
