package dev.tailrace.consumers.billing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.StripeEvent;
import dev.tailrace.contracts.event.StripeEvent.CheckoutSessionCompleted;
import dev.tailrace.contracts.event.StripeEvent.InvoicePaid;
import dev.tailrace.contracts.event.StripeEvent.SubscriptionDeleted;
import dev.tailrace.contracts.event.StripeEvent.SubscriptionUpdated;
import java.time.Instant;
import java.util.Optional;

/** Objects and events as Stripe makes them. */
final class StripeObjects {

  private static final Optional<String> BASIL = Optional.of("2025-03-31.basil");

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

  /** As of Basil and later. */
  static ObjectNode invoice(String customer, String subscription) {
    ObjectNode invoice = plainInvoice(customer);
    invoice
        .putObject("parent")
        .put("type", "subscription_details")
        .putObject("subscription_details")
        .put("subscription", subscription);
    return invoice;
  }

  /** Of no subscription. */
  static ObjectNode plainInvoice(String customer) {
    return Json.MAPPER
        .createObjectNode()
        .put("id", "in_1")
        .put("object", "invoice")
        .put("customer", customer)
        .put("currency", "usd")
        .put("amount_due", 2_000)
        .put("amount_paid", 2_000);
  }

  static ObjectNode session(String organization, String customer, String subscription) {
    ObjectNode session =
        Json.MAPPER
            .createObjectNode()
            .put("id", "cs_test_1")
            .put("object", "checkout.session")
            .put("mode", "subscription")
            .put("client_reference_id", organization)
            .put("customer", customer)
            .put("subscription", subscription);
    session.putObject("metadata").put("checkout_id", "chk_1");
    return session;
  }

  static SubscriptionUpdated updated(String event, Instant created, ObjectNode subscription) {
    return new SubscriptionUpdated(event, created, BASIL, subscription);
  }

  static SubscriptionDeleted deleted(String event, Instant created, ObjectNode subscription) {
    return new SubscriptionDeleted(event, created, BASIL, subscription);
  }

  static InvoicePaid paid(String event, Instant created, ObjectNode invoice) {
    return new InvoicePaid(event, created, BASIL, invoice);
  }

  static CheckoutSessionCompleted completed(String event, Instant created, ObjectNode session) {
    return new CheckoutSessionCompleted(event, created, BASIL, session);
  }

  /** What ingest makes of an event that the stand-in sends. */
  static StripeEvent told(dev.tailrace.standins.StripeEvent sent) {
    ObjectNode event = read(sent.json());
    ObjectNode fields = Json.MAPPER.createObjectNode();
    fields.put("id", event.path("id").asText()).put("type", event.path("type").asText());
    fields.put("created", Instant.ofEpochSecond(event.path("created").asLong()).toString());
    if (event.path("api_version").isTextual()) {
      fields.put("apiVersion", event.path("api_version").textValue());
    }
    fields.set("object", event.at("/data/object"));
    Class<? extends StripeEvent> payload =
        Catalogue.find("stripe:" + sent.type())
            .<Class<? extends StripeEvent>>map(type -> type.payload().asSubclass(StripeEvent.class))
            .orElse(StripeEvent.Other.class);
    return Json.MAPPER.convertValue(fields, payload);
  }

  static ObjectNode read(String json) {
    try {
      return (ObjectNode) Json.read(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
