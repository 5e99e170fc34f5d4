package dev.tailrace.consumers.billing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.StripeEvent.SubscriptionUpdated;
import java.time.Instant;
import java.util.Optional;

/** Objects and events as Stripe makes them. */
final class StripeObjects {

  private StripeObjects() {}

  static ObjectNode subscription(String customer, String status) {
    return subscription("sub_1", customer, status);
  }

  static ObjectNode subscription(String id, String customer, String status) {
    ObjectNode subscription =
        Json.MAPPER
            .createObjectNode()
            .put("id", id)
            .put("object", "subscription")
            .put("customer", customer)
            .put("status", status)
            .put("cancel_at_period_end", false);
    subscription
        .putObject("items")
        .putArray("data")
        .addObject()
        .put("id", "si_1")
        .put("current_period_start", 1_700_000_000L)
        .put("current_period_end", 1_702_592_000L);
    return subscription;
  }

  static SubscriptionUpdated updated(String event, Instant created, ObjectNode subscription) {
    return new SubscriptionUpdated(event, created, Optional.of("2025-03-31.basil"), subscription);
  }
}
