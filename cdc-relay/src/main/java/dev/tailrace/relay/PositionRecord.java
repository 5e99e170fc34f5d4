package dev.tailrace.relay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import java.util.Optional;

/** A position as the value of a record in {@code relay.positions}: one line of JSON. */
final class PositionRecord {

  private static final String BACKFILLING = "backfilling";
  private static final String STREAMING = "streaming";

  private PositionRecord() {}

  static String write(Position position) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("phase", position instanceof Position.Streaming ? STREAMING : BACKFILLING);
    json.put("nextSeq", position.nextSeq());
    json.put("systemIdentifier", position.server().systemIdentifier());
    json.put("timeline", position.server().timeline());
    if (position instanceof Position.Streaming streaming) {
      streaming
          .last()
          .ifPresent(row -> json.put("lsn", row.lsn()).put("transaction", row.transaction()));
    }
    return json.toString();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static Position read(String text) {
    JsonNode json;
    try {
      json = Json.read(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no position of a relay: " + text, e);
    }
    long nextSeq = json.path("nextSeq").asLong();
    var server = new Server(json.path("systemIdentifier").asText(), json.path("timeline").asInt());
    String phase = json.path("phase").asText();
    if (nextSeq < Seq.FIRST || !(phase.equals(BACKFILLING) || phase.equals(STREAMING))) {
      throw new IllegalArgumentException("no position of a relay: " + text);
    }
    return phase.equals(BACKFILLING)
        ? new Position.Backfilling(nextSeq, server)
        : new Position.Streaming(nextSeq, server, last(json));
  }

  private static Optional<WalPlace> last(JsonNode json) {
    return json.has("lsn")
        ? Optional.of(new WalPlace(json.path("lsn").asLong(), json.path("transaction").asLong()))
        : Optional.empty();
  }
}
