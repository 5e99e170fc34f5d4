package dev.tailrace.consumers.billing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.consumers.billing.Fields.UnreadableException;
import dev.tailrace.contracts.event.AnalyticsEvent.Captured;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.StripeEvent;
import dev.tailrace.contracts.event.StripeEvent.InvoicePaid;
import dev.tailrace.contracts.event.StripeEvent.InvoicePaymentFailed;
import dev.tailrace.effects.Commit;
import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Outcome;
import java.util.Optional;

/** Tells analytics that a subscription began, that an invoice was paid, and that one was not. */
final class TrackBilling {

  private final BillingAccounts accounts;

  TrackBilling(BillingAccounts accounts) {
    this.accounts = accounts;
  }

  Handled handle(StripeEvent event) {
    try {
      String name = name(event);
      ObjectNode properties = properties(event);
      String customer = Fields.reference(event.object().path("customer"), "/object/customer");
      Optional<BillingAccounts.Account> account = accounts.ofCustomer(customer);
      if (account.isEmpty()) {
        return Outcome.retry(
            "customer " + customer + " is unknown here: no billing_account has it");
      }
      String organization = account.get().organizationId();
      ObjectNode groups = Json.MAPPER.createObjectNode().put("organization", organization);
      var captured =
          new Captured(name, organization, properties, Optional.of(groups), event.created());
      return new Commit(
          transaction -> {
            transaction.append(captured, event.created());
            return Outcome.done(name + " for " + organization);
          });
    } catch (UnreadableException e) {
      return Outcome.dead("the object of " + event.id() + " can't be read: " + e.getMessage());
    }
  }

  private static String name(StripeEvent event) {
    return switch (event) {
      case InvoicePaid _ -> "invoice_paid";
      case InvoicePaymentFailed _ -> "payment_failed";
      default -> "subscription_started";
    };
  }

  private static ObjectNode properties(StripeEvent event) throws UnreadableException {
    ObjectNode properties = Json.MAPPER.createObjectNode().put("stripe_event", event.id());
    ObjectNode object = event.object();
    switch (event) {
      case InvoicePaid _ ->
          invoice(properties, object)
              .put("amount_paid", Fields.amount(object.path("amount_paid"), "/object/amount_paid"));
      case InvoicePaymentFailed _ ->
          invoice(properties, object)
              .put("amount_due", Fields.amount(object.path("amount_due"), "/object/amount_due"));
      default -> properties.put("subscription", Fields.text(object.path("id"), "/object/id"));
    }
    return properties;
  }

  private static ObjectNode invoice(ObjectNode properties, ObjectNode object)
      throws UnreadableException {
    Invoice invoice = Invoice.read(object);
    properties.put("invoice", invoice.id());
    invoice.subscriptionId().ifPresent(id -> properties.put("subscription", id));
    if (object.path("currency").isTextual()) {
      properties.put("currency", object.path("currency").textValue());
    }
    return properties;
  }
}
