package dev.tailrace.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The headers of a request; names in any case.
 *
 * @param values every value of each name, in the order they came
 */
record Headers(Map<String, List<String>> values) {

  Headers {
    var lower = new TreeMap<String, List<String>>();
    values.forEach(
        (name, all) ->
            lower
                .computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                .addAll(all));
    values = lower;
  }

  static Headers of(String name, String... values) {
    return new Headers(Map.of(name, List.of(values)));
  }

  List<String> all(String name) {
    return values.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  /** The header's value when it was sent exactly once: of two, nobody can say which one counts. */
  Optional<String> only(String name) {
    List<String> all = all(name);
    return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
  }
}
