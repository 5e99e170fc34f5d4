package dev.tailrace.contracts.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.validation.constraints.NotBlank;
import java.time.Instant;
import java.util.Optional;

/**
 * An event of Stripe, as its webhook told it.
 *
 * <p>The object is kept as Stripe sent it (less what is redacted, see {@link EventType#redacted}):
 * Stripe's objects change their shape with the API version of the account, and a reader takes from
 * it what it needs.
 */
public sealed interface StripeEvent extends Event {

  /** Stripe's own id of the event, {@code evt_...}. */
  String id();

  /** When Stripe made the event; whole seconds, so that two events of one second have no order. */
  Instant created();

  /** The API version that shaped the object; old events have none. */
  Optional<String> apiVersion();

  /** The object that the event is about, raw. */
  ObjectNode object();

  /**
   * The customer that the object is or belongs to; Stripe names it by its id, or expands it to an
   * object.
   */
  default Optional<String> customer() {
    if (object().path("object").asText().equals("customer")) {
      return text(object().path("id"));
    }
    JsonNode customer = object().path("customer");
    return customer.isObject() ? text(customer.path("id")) : text(customer);
  }

  /** What the event is about: its customer, else its object, else itself. */
  default String subject() {
    return customer().or(() -> text(object().path("id"))).orElse(id());
  }

  private static Optional<String> text(JsonNode node) {
    return node.isTextual() && !node.textValue().isBlank()
        ? Optional.of(node.textValue())
        : Optional.empty();
  }

  /** Any change of a subscription that leaves it in existence; the object is the subscription. */
  sealed interface SubscriptionChange extends StripeEvent {}

  /** A customer has a new subscription. */
  record SubscriptionCreated(
      @NotBlank String id, Instant created, Optional<String> apiVersion, ObjectNode object)
      implements SubscriptionChange {}

  /** Anything about a subscription has changed. */
  record SubscriptionUpdated(
      @NotBlank String id, Instant created, Optional<String> apiVersion, ObjectNode object)
      implements SubscriptionChange {}

  /** A subscription is paused: nothing is charged. */
  record SubscriptionPaused(
      @NotBlank String id, Instant created, Optional<String> apiVersion, ObjectNode object)
      implements SubscriptionChange {}

  /** A paused subscription goes on. */
  record SubscriptionResumed(
      @NotBlank String id, Instant created, Optional<String> apiVersion, ObjectNode object)
      implements SubscriptionChange {}

  /** A subscription has ended. */
  record SubscriptionDeleted(
      @NotBlank String id, Instant created, Optional<String> apiVersion, ObjectNode object)
      implements StripeEvent {}

  /** A subscription's trial ends in three days. */
  record SubscriptionTrialWillEnd(
      @NotBlank String id, Instant created, Optional<String> apiVersion, ObjectNode object)
      implements StripeEvent {}

  /** An invoice was paid; the object is the invoice. */
  record InvoicePaid(
      @NotBlank String id, Instant created, Optional<String> apiVersion, ObjectNode object)
      implements StripeEvent {}

  /** An invoice could not be collected. */
  record InvoicePaymentFailed(
      @NotBlank String id, Instant created, Optional<String> apiVersion, ObjectNode object)
      implements StripeEvent {}

  /** A customer has gone through the checkout; the object is the session. */
  record CheckoutSessionCompleted(
      @NotBlank String id, Instant created, Optional<String> apiVersion, ObjectNode object)
      implements StripeEvent {}

  /** Any event of Stripe that has no type of its own here; {@code type} is Stripe's. */
  record Other(
      @NotBlank String id,
      @NotBlank String type,
      Instant created,
      Optional<String> apiVersion,
      ObjectNode object)
      implements StripeEvent {}
}
