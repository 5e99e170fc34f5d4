package dev.tailrace.ingest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tailrace.contracts.event.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the payload of each envelope out of the text that holds them, as it stands.
 *
 * <p>A tree would spell numbers and spaces anew, and a payload is passed on byte for byte.
 */
final class PayloadTexts {

  private PayloadTexts() {}

  /**
   * The payloads in the order of their envelopes; an empty text for one that is missing or no
   * object.
   *
   * @param json known to be well-formed
   * @param tokensBefore how many tokens stand before the first envelope
   */
  static List<String> cut(String json, int tokensBefore) {
    var payloads = new ArrayList<String>();
    try (JsonParser parser = Json.MAPPER.createParser(json)) {
      for (int i = 0; i < tokensBefore; i++) {
        parser.nextToken();
      }
      for (JsonToken token = parser.nextToken();
          token != null && token != JsonToken.END_ARRAY;
          token = parser.nextToken()) {
        payloads.add(payload(parser, json));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("JSON that could be read before", e);
    }
    return payloads;
  }

  private static String payload(JsonParser parser, String json) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return "";
    }
    String payload = "";
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = parser.currentName().equals("payload");
      if (parser.nextToken() == JsonToken.START_OBJECT && wanted) {
        int start = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        payload = json.substring(start, (int) parser.currentLocation().getCharOffset());
      } else {
        parser.skipChildren();
      }
    }
    return payload;
  }
}
