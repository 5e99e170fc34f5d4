package dev.tailrace.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** Takes fields out of JSON at whatever depth: what must not travel further than the raw body. */
final class Redaction {

  private Redaction() {}

  /** Changes the node itself. */
  static void remove(Set<String> fields, JsonNode from) {
    if (from instanceof ObjectNode object) {
      object.remove(fields);
    }
    for (JsonNode child : from) {
      remove(fields, child);
    }
  }
}
