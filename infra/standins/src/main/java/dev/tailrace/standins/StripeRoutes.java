package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which path is which operation. A further one is a line here, its parameters, and a method that
 * does it.
 */
final class StripeRoutes {

  private static final StripeParameters EVENTS =
      StripeList.PARAMETERS.and(Map.of("type", StripeParameters.Kind.FILLED));

  private final StripeCustomers customers;
  private final StripeSubscriptions subscriptions;
  private final StripeInvoices invoices;
  private final StripeCheckout checkout;
  private final StripeEvents events;

  StripeRoutes(
      StripeCustomers customers,
      StripeSubscriptions subscriptions,
      StripeInvoices invoices,
      StripeCheckout checkout,
      StripeEvents events) {
    this.customers = customers;
    this.subscriptions = subscriptions;
    this.invoices = invoices;
    this.checkout = checkout;
    this.events = events;
  }

  Optional<StripeOperation> find(String method, List<String> path) {
    return StripePath.of(path).flatMap(known -> find(method + " " + known.shape()));
  }

  private Optional<StripeOperation> find(String shape) {
    return switch (shape) {
      case "GET customers" -> operation(StripeCustomers.LIST, customers::list);
      case "GET customers/search" -> operation(StripeCustomers.SEARCH, customers::search);
      case "POST customers" -> operation(StripeCustomers.CREATE, customers::create);
      case "GET customers/{id}" -> operation(StripeParameters.NONE, customers::retrieve);
      case "POST customers/{id}" -> operation(StripeCustomers.UPDATE, customers::update);
      case "GET subscriptions" -> operation(StripeSubscriptions.LIST, subscriptions::list);
      case "POST subscriptions" -> operation(StripeSubscriptions.CREATE, subscriptions::create);
      case "GET subscriptions/{id}" -> operation(StripeParameters.NONE, subscriptions::retrieve);
      case "POST subscriptions/{id}" ->
          operation(StripeSubscriptions.UPDATE, subscriptions::update);
      case "DELETE subscriptions/{id}" ->
          operation(StripeSubscriptions.CANCEL, subscriptions::cancel);
      case "POST subscriptions/{id}/pause" ->
          operation(StripeSubscriptions.PAUSE, subscriptions::pause);
      case "POST subscriptions/{id}/resume" ->
          operation(StripeParameters.NONE, subscriptions::resume);
      case "GET invoices" -> operation(StripeInvoices.LIST, invoices::list);
      case "GET invoices/{id}" -> operation(StripeParameters.NONE, invoices::retrieve);
      case "GET checkout/sessions" -> operation(StripeCheckout.LIST, checkout::list);
      case "POST checkout/sessions" -> operation(StripeCheckout.CREATE, checkout::create);
      case "GET checkout/sessions/{id}" -> operation(StripeParameters.NONE, checkout::retrieve);
      case "POST checkout/sessions/{id}/expire" ->
          operation(StripeParameters.NONE, checkout::expire);
      case "GET events" -> operation(EVENTS, this::events);
      case "GET events/{id}" -> operation(StripeParameters.NONE, this::event);
      default -> Optional.empty();
    };
  }

  private static Optional<StripeOperation> operation(
      StripeParameters parameters, java.util.function.Function<StripeCall, StripeOutcome> work) {
    return Optional.of(new StripeOperation(parameters, work));
  }

  private StripeOutcome events(StripeCall call) {
    List<ObjectNode> all =
        events.list().stream().flatMap(event -> Json.readObject(event.json()).stream()).toList();
    return new StripeList("event", "/v1/events")
        .page(call, all, StripeList.matching(call.form(), "type"));
  }

  private StripeOutcome event(StripeCall call) {
    Optional<ObjectNode> json =
        events.find(call.id()).flatMap(event -> Json.readObject(event.json()));
    return json.<StripeOutcome>map(StripeOutcome.Done::new)
        .orElseGet(() -> StripeOutcome.refused(StripeProblem.missing("event", call.id(), "id")));
  }
}
