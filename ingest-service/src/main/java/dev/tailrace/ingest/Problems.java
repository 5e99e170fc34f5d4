package dev.tailrace.ingest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.Problem;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** The {@code errors} of a problem document: each with its path, and with its index in a list. */
final class Problems {

  private static final String ERRORS = "errors";

  private Problems() {}

  /** Those of one thing; nothing at all when there are none. */
  static ObjectNode of(List<Problem> problems) {
    ObjectNode document = Json.MAPPER.createObjectNode();
    if (!problems.isEmpty()) {
      ArrayNode errors = document.putArray(ERRORS);
      problems.forEach(problem -> write(errors.addObject(), problem));
    }
    return document;
  }

  /** Those of a list, by the index of what they are about. */
  static ObjectNode of(SortedMap<Integer, List<Problem>> problems) {
    ObjectNode document = Json.MAPPER.createObjectNode();
    ArrayNode errors = document.putArray(ERRORS);
    for (Map.Entry<Integer, List<Problem>> entry : problems.entrySet()) {
      entry
          .getValue()
          .forEach(problem -> write(errors.addObject().put("index", entry.getKey()), problem));
    }
    return document;
  }

  private static void write(ObjectNode error, Problem problem) {
    error.put("path", problem.path()).put("problem", problem.problem());
  }
}
