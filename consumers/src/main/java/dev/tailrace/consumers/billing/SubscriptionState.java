package dev.tailrace.consumers.billing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.consumers.billing.Fields.UnreadableException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What we keep of a Stripe subscription, read from its raw object.
 *
 * <p>Since Basil (2025-03-31) the period stands in the subscription's item; objects of older API
 * versions have it in the subscription itself. Both are read.
 */
record SubscriptionState(
    String subscriptionId,
    String customerId,
    String itemId,
    String status,
    Optional<Instant> periodStart,
    Optional<Instant> periodEnd,
    boolean cancelAtPeriodEnd) {

  private static final Set<String> OVER = Set.of("canceled", "incomplete_expired");

  /** Whether it has ended, for good. */
  boolean isOver() {
    return OVER.contains(status);
  }

  /**
   * Reads a subscription.
   *
   * @throws UnreadableException naming the field that is missing or of the wrong type
   */
  static SubscriptionState read(ObjectNode subscription) throws UnreadableException {
    JsonNode item = subscription.at("/items/data/0");
    return new SubscriptionState(
        Fields.text(subscription.path("id"), "/object/id"),
        Fields.reference(subscription.path("customer"), "/object/customer"),
        Fields.text(item.path("id"), "/object/items/data/0/id"),
        Fields.text(subscription.path("status"), "/object/status"),
        time(item, subscription, "current_period_start"),
        time(item, subscription, "current_period_end"),
        subscription.path("cancel_at_period_end").asBoolean());
  }

  private static Optional<Instant> time(JsonNode item, JsonNode subscription, String field)
      throws UnreadableException {
    JsonNode node = item.has(field) ? item.path(field) : subscription.path(field);
    if (!Fields.isThere(node)) {
      return Optional.empty();
    }
    if (!node.canConvertToLong()) {
      throw new UnreadableException(
          "/object/" + field + " must be Unix seconds, was " + node.getNodeType());
    }
    return Optional.of(Instant.ofEpochSecond(node.longValue()));
  }
}
