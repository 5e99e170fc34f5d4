package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * Which path is which operation. A further one is a line here, its parameters, and a method that
 * does it.
 */
final class StripeRoutes {

  private final StripeCustomers customers;
  private final StripeSubscriptions subscriptions;
  private final StripeEvents events;

  StripeRoutes(StripeCustomers customers, StripeSubscriptions subscriptions, StripeEvents events) {
    this.customers = customers;
    this.subscriptions = subscriptions;
    this.events = events;
  }

  Optional<StripeOperation> find(String method, List<String> path) {
    if (path.size() < 2 || path.size() > 4 || !path.getFirst().equals("v1")) {
      return Optional.empty();
    }
    String shape =
        method
            + " "
            + path.get(1)
            + (path.size() > 2 ? "/{id}" : "")
            + (path.size() > 3 ? "/" + path.get(3) : "");
    return switch (shape) {
      case "POST customers" -> operation(StripeCustomers.CREATE, customers::create);
      case "GET customers/{id}" -> operation(StripeParameters.NONE, customers::retrieve);
      case "POST customers/{id}" -> operation(StripeCustomers.UPDATE, customers::update);
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
      case "GET events/{id}" -> operation(StripeParameters.NONE, this::event);
      default -> Optional.empty();
    };
  }

  private static Optional<StripeOperation> operation(
      StripeParameters parameters, java.util.function.Function<StripeCall, StripeOutcome> work) {
    return Optional.of(new StripeOperation(parameters, work));
  }

  private StripeOutcome event(StripeCall call) {
    Optional<ObjectNode> json =
        events.find(call.id()).flatMap(event -> Json.readObject(event.json()));
    return json.<StripeOutcome>map(StripeOutcome.Done::new)
        .orElseGet(() -> StripeOutcome.refused(StripeProblem.missing("event", call.id(), "id")));
  }
}
