package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The API version of an event, which decides the shape of the object in it. The Basil release,
 * 2025-03-31, moved an invoice's subscription into {@code parent} and a subscription's period into
 * its items; accounts and endpoints that were made before still get the older shape.
 */
sealed interface StripeVersion {

  /** A version by its name, {@code 2026-07-29.dahlia}. */
  record Named(String name) implements StripeVersion {
    public Named {
      if (!name.matches("\\d{4}-\\d{2}-\\d{2}(\\.[a-z]+)?")) {
        throw new IllegalArgumentException("not a version like 2026-07-29.dahlia: " + name);
      }
    }
  }

  /** None: {@code api_version} is null, as in events of very old accounts. */
  record None() implements StripeVersion {}

  /** Writes {@code api_version}. */
  default void write(ObjectNode event) {
    switch (this) {
      case Named(String name) -> event.put("api_version", name);
      case None() -> event.putNull("api_version");
    }
  }

  /** A copy of an object in this version's shape. */
  default ObjectNode shape(ObjectNode object) {
    ObjectNode copy = object.deepCopy();
    if (beforeBasil()) {
      switch (object.path("object").asText()) {
        case "invoice" -> olderInvoice(copy);
        case "subscription" -> olderSubscription(copy);
        default -> {
          // The same in all versions, as far as the stand-in has its fields.
        }
      }
    }
    return copy;
  }

  private boolean beforeBasil() {
    return switch (this) {
      case Named(String name) -> name.compareTo("2025-03-31") < 0;
      case None() -> true;
    };
  }

  private static void olderInvoice(ObjectNode invoice) {
    if (invoice.remove("parent") instanceof ObjectNode parent) {
      JsonNode details = parent.path("subscription_details");
      invoice.put("subscription", details.path("subscription").asText());
      invoice.putObject("subscription_details").set("metadata", details.path("metadata"));
      invoice.put("paid", invoice.path("status").asText().equals("paid"));
    }
    for (JsonNode line : invoice.path("lines").path("data")) {
      if (line instanceof ObjectNode older && older.remove("parent") instanceof ObjectNode parent) {
        JsonNode details = parent.path("subscription_item_details");
        older.put("subscription_item", details.path("subscription_item").asText());
        older.put("proration", false).put("type", "subscription");
        String price = older.path("pricing").path("price_details").path("price").asText();
        older.set("price", new StripePrice(price).json());
        older.remove("pricing");
      }
    }
  }

  private static void olderSubscription(ObjectNode subscription) {
    for (JsonNode item : subscription.path("items").path("data")) {
      for (String field : List.of("current_period_start", "current_period_end")) {
        if (item instanceof ObjectNode older && older.has(field)) {
          subscription.set(field, older.remove(field));
        }
      }
    }
  }
}
