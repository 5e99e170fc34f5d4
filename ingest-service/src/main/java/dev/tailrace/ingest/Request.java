package dev.tailrace.ingest;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A whole request, as an endpoint sees it.
 *
 * @param query the parameters of the address, decoded, each with all of its values
 * @param body empty for a GET
 */
record Request(Headers headers, Map<String, List<String>> query, Body body) {

  /** The parameter's value when it was given exactly once: of two, nobody can say which counts. */
  Optional<String> parameter(String name) {
    List<String> all = query.getOrDefault(name, List.of());
    return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
  }
}
