package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes parameters into an object by Stripe's rule that an empty value unsets. */
final class StripeFields {

  private StripeFields() {}

  static void put(ObjectNode object, String name, String value) {
    if (value.isEmpty()) {
      object.putNull(name);
    } else {
      object.put(name, value);
    }
  }

  /** Metadata is merged key by key, and a key with an empty value is taken away. */
  static void mergeMetadata(ObjectNode object, StripeForm form) {
    ObjectNode metadata = object.withObject("/metadata");
    form.under("metadata")
        .forEach(
            (key, value) -> {
              if (value.isEmpty()) {
                metadata.remove(key);
              } else {
                metadata.put(key, value);
              }
            });
  }
}
