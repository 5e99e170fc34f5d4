package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A price of 20 dollars a month. Every id that starts with {@code price_} is one; those with
 * "metered" in it are paid by what was used and have no quantity.
 */
record StripePrice(String id) {

  /** In cents. */
  static final long UNIT_AMOUNT = 2000;

  private static final String PREFIX = "price_";

  static boolean exists(String id) {
    return id.startsWith(PREFIX);
  }

  boolean metered() {
    return id.contains("metered");
  }

  String product() {
    return "prod_" + id.substring(PREFIX.length());
  }

  ObjectNode json() {
    ObjectNode price = Json.object().put("id", id).put("object", "price").put("active", true);
    price.put("billing_scheme", "per_unit").put("currency", "usd").put("livemode", false);
    price.putObject("metadata");
    price.put("product", product()).put("type", "recurring").put("unit_amount", UNIT_AMOUNT);
    ObjectNode recurring =
        price.putObject("recurring").put("interval", "month").put("interval_count", 1);
    if (metered()) {
      recurring.put("meter", "mtr_test_" + id.substring(PREFIX.length()));
    } else {
      recurring.putNull("meter");
    }
    recurring.put("usage_type", metered() ? "metered" : "licensed");
    return price;
  }
}
