package dev.tailrace.consumers.billing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.consumers.billing.Fields.UnreadableException;
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
        Fields.text(invoice.path("id"), "/object/id"),
        Fields.reference(invoice.path("customer"), "/object/customer"),
        Fields.isThere(now)
            ? Optional.of(Fields.reference(now, "/object/parent/subscription_details/subscription"))
            : Fields.isThere(invoice.path("subscription"))
                ? Optional.of(
                    Fields.reference(invoice.path("subscription"), "/object/subscription"))
                : Optional.empty());
  }
}
