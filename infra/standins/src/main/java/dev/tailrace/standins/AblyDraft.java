package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * A message as it was sent, before the channel gave it a time and, if it has none, an id.
 *
 * @param id empty when the publisher gave none
 */
record AblyDraft(
    Optional<String> id,
    String name,
    String data,
    String encoding,
    String clientId,
    String extras) {

  /** Reads one message; empty when a field is of the wrong type. */
  static Optional<AblyDraft> read(JsonNode json) {
    if (!(json instanceof ObjectNode) || !texts(json, "id", "name", "encoding", "clientId")) {
      return Optional.empty();
    }
    JsonNode data = json.path("data");
    boolean structured = data.isContainerNode();
    String encoding = json.path("encoding").asText("");
    return Optional.of(
        new AblyDraft(
            json.hasNonNull("id") ? Optional.of(json.path("id").asText()) : Optional.empty(),
            json.path("name").asText(""),
            structured ? Json.write(data) : data.asText(""),
            structured && encoding.isEmpty() ? "json" : encoding,
            json.path("clientId").asText(""),
            json.hasNonNull("extras") ? Json.write(json.path("extras")) : ""));
  }

  /**
   * What it counts for against the limit on a call: name, data, clientId and extras in UTF-8,
   * binary data decoded.
   */
  int sizeBytes() {
    return length(name) + dataBytes() + length(clientId) + length(extras);
  }

  AblyMessage at(Instant timestamp, String finalId) {
    return new AblyMessage(finalId, name, data, encoding, clientId, extras, timestamp);
  }

  private int dataBytes() {
    if (!encoding.endsWith("base64")) {
      return length(data);
    }
    try {
      return Base64.getDecoder().decode(data).length;
    } catch (IllegalArgumentException e) {
      return length(data);
    }
  }

  private static int length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static boolean texts(JsonNode json, String... fields) {
    for (String field : fields) {
      JsonNode value = json.path(field);
      if (!value.isMissingNode() && !value.isNull() && !value.isTextual()) {
        return false;
      }
    }
    return true;
  }
}
