package dev.tailrace.consumers.billing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.consumers.billing.SubscriptionState.UnreadableException;
import java.util.Optional;

/**
 * What we read of a Stripe invoice.
 *
 * <p>Since Basil (2025-03-31) its subscription stands under its parent; older ones have it at the
 * top. Both are read.
 *
 * @param subscriptionId none for an invoice of something else
 */
record Invoice(String id, String customerId, Optional<String> subscriptionId) {

  /**
   * Reads an invoice.
   *
   * @throws UnreadableException naming the field that is missing or of the wrong type
   */
  static Invoice read(ObjectNode invoice) throws UnreadableException {
    JsonNode now = invoice.at("/parent/subscription_details/subscription");
    return new Invoice(
        SubscriptionState.text(invoice.path("id"), "/object/id"),
        reference(invoice.path("customer"), "/object/customer"),
        isThere(now)
            ? Optional.of(reference(now, "/object/parent/subscription_details/subscription"))
            : isThere(invoice.path("subscription"))
                ? Optional.of(reference(invoice.path("subscription"), "/object/subscription"))
                : Optional.empty());
  }

  /**
   * An amount in the currency's smallest unit, within an int: what is beyond that is likelier a
   * mistake than a payment, and somebody should look at it.
   *
   * @throws UnreadableException naming the field
   */
  static int amount(ObjectNode invoice, String field) throws UnreadableException {
    JsonNode amount = invoice.path(field);
    if (!amount.isIntegralNumber() || !amount.canConvertToInt()) {
      throw new UnreadableException(
          "/object/"
              + field
              + (amount.isMissingNode()
                  ? " is missing"
                  : " must be a whole number of the currency's smallest unit, at most 2147483647"));
    }
    return amount.intValue();
  }

  private static boolean isThere(JsonNode node) {
    return !node.isMissingNode() && !node.isNull();
  }

  /** By its id, or expanded to an object. */
  static String reference(JsonNode node, String path) throws UnreadableException {
    return node.isObject()
        ? SubscriptionState.text(node.path("id"), path + "/id")
        : SubscriptionState.text(node, path);
  }
}
