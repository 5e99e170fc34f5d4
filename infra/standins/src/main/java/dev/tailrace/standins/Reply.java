package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** What goes back to the client: an answer that is complete, or a stream that goes on. */
sealed interface Reply {

  /** A complete answer. */
  record Answer(int status, Map<String, String> headers, Body body) implements Reply {

    public Answer {
      headers = Map.copyOf(headers);
    }

    static Answer json(int status, JsonNode json) {
      return new Answer(
          status, Map.of("Content-Type", "application/json"), Body.of(Json.write(json)));
    }

    Answer with(String header, String value) {
      Map<String, String> more = new LinkedHashMap<>(headers);
      more.put(header, value);
      return new Answer(status, more, body);
    }
  }

  /** Server-sent events, written until the client goes away or the stand-in closes. */
  record Live(Feed feed) implements Reply {}

  /** What a {@link Live} reply writes. */
  interface Feed {

    /** Writes until there is nothing more to say; an IOException means that the client has gone. */
    void writeTo(OutputStream out) throws IOException, InterruptedException;
  }
}
