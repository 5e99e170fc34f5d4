package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/**
 * Writes invoices in the shape that they have since the Basil release: what they are for is in
 * {@code parent}, and a line's price in {@code pricing}.
 */
final class StripeInvoiceDraft {

  /** When Stripe tries a payment again that failed. */
  static final Duration NEXT_ATTEMPT = Duration.ofDays(3);

  /** The billing_reason of a subscription's first invoice. */
  static final String FIRST = "subscription_create";

  private final StripeIds ids;

  StripeInvoiceDraft(StripeIds ids) {
    this.ids = ids;
  }

  ObjectNode invoice(String id, ObjectNode subscription, String billingReason, long now) {
    ArrayNode lines = Json.array();
    for (JsonNode item : subscription.path("items").path("data")) {
      lines.add(line(id, subscription, item, billingReason));
    }
    long total = 0;
    for (JsonNode line : lines) {
      total += line.path("amount").asLong();
    }
    JsonNode item = subscription.path("items").path("data").path(0);
    ObjectNode json = Json.object().put("id", id).put("object", "invoice");
    json.put("account_country", "US").put("account_name", "Stand-in");
    json.put("amount_due", total).put("amount_overpaid", 0).put("amount_paid", 0);
    json.put("amount_remaining", total).put("amount_shipping", 0).putNull("application");
    json.put("attempt_count", 0).put("attempted", false).put("auto_advance", true);
    json.put("billing_reason", billingReason).put("collection_method", "charge_automatically");
    json.put("created", now).put("currency", "usd");
    json.set("customer", subscription.path("customer"));
    json.putNull("default_payment_method").putNull("description").putNull("due_date");
    json.put("effective_at", now).put("ending_balance", 0).putNull("footer");
    String page = "https://invoice.stripe.com/i/acct_1standin/test_" + ids.secret();
    json.put("hosted_invoice_url", page + "?s=ap").put("invoice_pdf", page + "/pdf?s=ap");
    json.set("lines", list(id, lines));
    json.put("livemode", false).putObject("metadata");
    json.putNull("next_payment_attempt");
    json.set("parent", parent(subscription));
    json.set("period_end", item.path("current_period_end"));
    json.set("period_start", item.path("current_period_start"));
    json.put("starting_balance", 0).put("status", "open");
    json.putObject("status_transitions")
        .put("finalized_at", now)
        .putNull("marked_uncollectible_at")
        .putNull("paid_at")
        .putNull("voided_at");
    json.put("subtotal", total).put("total", total);
    return json.putNull("test_clock").putNull("webhooks_delivered_at");
  }

  private static ObjectNode parent(ObjectNode subscription) {
    ObjectNode parent = Json.object().putNull("quote_details");
    ObjectNode details = parent.putObject("subscription_details");
    details.set("metadata", subscription.path("metadata").deepCopy());
    details.set("subscription", subscription.path("id"));
    return parent.put("type", "subscription_details");
  }

  private static ObjectNode list(String invoice, ArrayNode lines) {
    ObjectNode list = Json.object().put("object", "list");
    list.set("data", lines);
    return list.put("has_more", false)
        .put("total_count", lines.size())
        .put("url", "/v1/invoices/" + invoice + "/lines");
  }

  private ObjectNode line(
      String invoice, ObjectNode subscription, JsonNode item, String billingReason) {
    StripePrice price = new StripePrice(item.path("price").path("id").asText());
    long quantity = quantity(price, item, billingReason);
    long amount = quantity * StripePrice.UNIT_AMOUNT;
    ObjectNode line = Json.object().put("id", ids.line()).put("object", "line_item");
    line.put("amount", amount).put("currency", "usd");
    line.put("description", quantity + " × " + price.product()).put("discountable", true);
    line.putArray("discounts");
    line.put("invoice", invoice).put("livemode", false).putObject("metadata");
    ObjectNode parent = line.putObject("parent").putNull("invoice_item_details");
    ObjectNode details = parent.putObject("subscription_item_details").putNull("invoice_item");
    details.put("proration", false).putNull("proration_details");
    details.set("subscription", subscription.path("id"));
    details.set("subscription_item", item.path("id"));
    parent.put("type", "subscription_item_details");
    ObjectNode period = line.putObject("period");
    period.set("end", item.path("current_period_end"));
    period.set("start", item.path("current_period_start"));
    ObjectNode pricing = line.putObject("pricing");
    pricing.putObject("price_details").put("price", price.id()).put("product", price.product());
    pricing.put("type", "price_details");
    pricing.put("unit_amount_decimal", Long.toString(StripePrice.UNIT_AMOUNT));
    line.put("quantity", quantity).set("subscription", subscription.path("id"));
    return line.put("subtotal", amount);
  }

  /** Of a metered price nothing is used before the first invoice, and one unit in each period. */
  private static long quantity(StripePrice price, JsonNode item, String billingReason) {
    if (price.metered()) {
      return billingReason.equals(FIRST) ? 0 : 1;
    }
    return item.path("quantity").asLong();
  }
}
