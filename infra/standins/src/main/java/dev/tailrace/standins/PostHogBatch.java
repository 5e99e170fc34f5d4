package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the body of a call and checks all that PostHog checks before it answers: size, form and the
 * project's key.
 */
final class PostHogBatch {

  static final int LARGEST_BODY_BYTES = 20 * 1024 * 1024;

  private PostHogBatch() {}

  /** What came of reading a body. */
  sealed interface Reading {

    /** Events that PostHog takes, whether it keeps them or not; at least one. */
    record Valid(List<ObjectNode> events) implements Reading {
      public Valid {
        events = List.copyOf(events);
      }
    }

    /** Refused as a whole, in PostHog's words. */
    record Refused(int status, String words) implements Reading {}
  }

  /**
   * Reads it.
   *
   * @param key the project's, which the body must have
   */
  static Reading read(Body body, String key) {
    if (body.length() > LARGEST_BODY_BYTES) {
      return new Reading.Refused(413, "payload too large: more than 20 MB");
    }
    Optional<ObjectNode> json = Json.readObject(body.text());
    if (json.isEmpty()) {
      return malformed("a JSON object is wanted");
    }
    JsonNode given = json.get().path("api_key");
    if (!given.isTextual()) {
      return new Reading.Refused(401, "event submitted without an api_key");
    }
    if (!given.textValue().equals(key)) {
      return new Reading.Refused(401, "API key is not valid: unknown");
    }
    return events(json.get().path("batch"));
  }

  private static Reading events(JsonNode batch) {
    if (!batch.isArray()) {
      return malformed("batch must be an array");
    }
    if (batch.isEmpty()) {
      return new Reading.Refused(400, "request holds no event");
    }
    List<ObjectNode> events = new ArrayList<>();
    for (JsonNode element : batch) {
      if (!(element instanceof ObjectNode event)) {
        return malformed("an event must be an object");
      }
      if (!isNoneOr(JsonNodeType.STRING, event.path("event"))
          || !isNoneOr(JsonNodeType.STRING, event.path("timestamp"))
          || !isNoneOr(JsonNodeType.OBJECT, event.path("properties"))) {
        return malformed("event and timestamp must be texts, properties an object");
      }
      events.add(event);
    }
    return new Reading.Valid(events);
  }

  private static boolean isNoneOr(JsonNodeType type, JsonNode value) {
    return value.isMissingNode() || value.isNull() || value.getNodeType() == type;
  }

  private static Reading malformed(String reason) {
    return new Reading.Refused(400, "failed to parse request: " + reason);
  }
}
