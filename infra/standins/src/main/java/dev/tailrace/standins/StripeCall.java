package dev.tailrace.standins;

import java.util.List;
import java.util.TreeMap;

/** A call to an operation, its parameters read; the same whether it came over HTTP or from Java. */
record StripeCall(String method, List<String> path, StripeForm form, StripeCause cause) {

  /** The id in {@code /v1/customers/{id}}. */
  String id() {
    return path.get(2);
  }

  /** What makes two calls the same call. */
  String fingerprint() {
    return method + " " + path + " " + new TreeMap<>(form.values());
  }
}
