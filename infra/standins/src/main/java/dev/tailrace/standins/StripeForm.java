package dev.tailrace.standins;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parameters as Stripe's clients send them: {@code items[0][price]=price_1}, flat, in the order
 * they came.
 */
record StripeForm(Map<String, String> values) {

  private static final Pattern IN_LIST = Pattern.compile("([a-z_]+)\\[(\\d+)]\\[([a-z_]+)]");

  StripeForm {
    values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** Reads a body or a query; empty when it isn't properly encoded. */
  static Optional<StripeForm> read(String encoded) {
    try {
      Map<String, String> values = new LinkedHashMap<>();
      Request.pairs(encoded).forEach(pair -> values.put(pair.getKey(), pair.getValue()));
      return Optional.of(new StripeForm(values));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  Optional<Boolean> bool(String name) {
    return text(name).map(Boolean::parseBoolean);
  }

  Optional<Long> integer(String name) {
    return text(name).map(Long::parseLong);
  }

  /** What is under a name, by the name within: {@code metadata[a]=1} is a -> 1. */
  Map<String, String> under(String name) {
    Map<String, String> inner = new LinkedHashMap<>();
    String prefix = name + "[";
    values.forEach(
        (key, value) -> {
          if (key.startsWith(prefix) && key.endsWith("]")) {
            inner.put(key.substring(prefix.length(), key.length() - 1), value);
          }
        });
    return inner;
  }

  /** The elements of a list, by their index: {@code items[0][price]=x} is one with price -> x. */
  List<Map<String, String>> list(String name) {
    SortedMap<Integer, Map<String, String>> elements = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          Matcher matcher = IN_LIST.matcher(key);
          if (matcher.matches() && matcher.group(1).equals(name)) {
            elements
                .computeIfAbsent(Integer.valueOf(matcher.group(2)), index -> new LinkedHashMap<>())
                .put(matcher.group(3), value);
          }
        });
    return List.copyOf(elements.values());
  }
}
