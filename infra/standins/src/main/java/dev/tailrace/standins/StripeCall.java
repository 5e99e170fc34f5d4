package dev.tailrace.standins;

import java.util.List;
import java.util.TreeMap;

/** A call to an operation, its parameters read; the same whether it came over HTTP or from Java. */
record StripeCall(String method, List<String> path, StripeForm form, StripeCause cause) {

  /** The id in {@code /v1/customers/{id}}; blank when the path has none. */
  String id() {
    return StripePath.of(path).flatMap(StripePath::id).orElse("");
  }

  /** What makes two calls the same call. */
  String fingerprint() {
    return method + " " + path + " " + new TreeMap<>(form.values());
  }
}
