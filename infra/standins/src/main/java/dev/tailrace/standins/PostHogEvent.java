package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;

/**
 * An event that PostHog keeps.
 *
 * @param distinctId who did it; what was longer than 200 characters was cut
 * @param timestamp as it was sent, or when it came if it was sent with none that can be read
 * @param uuid as it was sent, or a new one
 * @param properties JSON, in one line
 */
public record PostHogEvent(
    String event, String distinctId, Instant timestamp, UUID uuid, String properties) {

  /** About what it takes in memory. */
  long bytes() {
    return 200L + event.length() + distinctId.length() + properties.length();
  }

  ObjectNode json() {
    ObjectNode json =
        Json.object()
            .put("uuid", uuid.toString())
            .put("event", event)
            .put("distinct_id", distinctId)
            .put("timestamp", timestamp.toString());
    Json.readObject(properties).ifPresent(value -> json.set("properties", value));
    return json;
  }
}
