package dev.tailrace.consumers.billing;

import dev.tailrace.consumers.billing.Fields.UnreadableException;
import dev.tailrace.contracts.event.StripeEvent;
import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Outcome;

/**
 * What became of a subscription by its invoice, paid or not: active, past due, or what else Stripe
 * says of it now.
 *
 * <p>The invoice only tells that there is something to know. It does not say which of two invoices
 * is the later one, nor whether its subscription still lives: so that is asked.
 */
final class RecordInvoice {

  private final SubscriptionKeeper keeper;

  RecordInvoice(SubscriptionKeeper keeper) {
    this.keeper = keeper;
  }

  Handled handle(StripeEvent event) {
    try {
      Invoice invoice = Invoice.read(event.object());
      return invoice.subscriptionId().isEmpty()
          ? Outcome.skipped("invoice " + invoice.id() + " is of no subscription")
          : keeper.asAsked(
              invoice.customerId(),
              new Stamp(event.id(), event.created(), invoice.subscriptionId().get()));
    } catch (UnreadableException e) {
      return Outcome.dead("the invoice of " + event.id() + " can't be read: " + e.getMessage());
    }
  }
}
