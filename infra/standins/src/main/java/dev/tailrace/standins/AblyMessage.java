package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * A message as a subscriber of a channel gets it. A name, data, encoding or clientId that wasn't
 * sent is an empty string.
 *
 * @param data text; for JSON data its text, with the encoding {@code json}
 * @param extras JSON, or an empty string
 */
public record AblyMessage(
    String id,
    String name,
    String data,
    String encoding,
    String clientId,
    String extras,
    Instant timestamp) {

  /** About what it takes in memory. */
  long bytes() {
    return 200L + id.length() + name.length() + data.length() + clientId.length() + extras.length();
  }

  ObjectNode json() {
    ObjectNode json = Json.object().put("id", id).put("timestamp", timestamp.toEpochMilli());
    putFilled(json, "name", name);
    putFilled(json, "data", data);
    putFilled(json, "encoding", encoding);
    putFilled(json, "clientId", clientId);
    Json.readObject(extras).ifPresent(value -> json.set("extras", value));
    return json;
  }

  private static void putFilled(ObjectNode json, String field, String value) {
    if (!value.isEmpty()) {
      json.put(field, value);
    }
  }
}
