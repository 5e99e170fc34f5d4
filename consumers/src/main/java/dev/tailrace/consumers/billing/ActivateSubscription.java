package dev.tailrace.consumers.billing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.consumers.billing.BillingAccounts.Linked;
import dev.tailrace.consumers.billing.Fields.UnreadableException;
import dev.tailrace.contracts.event.StripeEvent.CheckoutSessionCompleted;
import dev.tailrace.effects.Commit;
import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Outcome;
import dev.tailrace.effects.Transaction;
import java.util.Optional;

/**
 * Somebody has subscribed: the organisation that the session names pays as its customer from now
 * on, with the subscription that Stripe says it has, and its checkout is completed.
 */
final class ActivateSubscription {

  private final BillingAccounts accounts;
  private final Checkouts checkouts;
  private final Payments payments;

  ActivateSubscription(BillingAccounts accounts, Checkouts checkouts, Payments payments) {
    this.accounts = accounts;
    this.checkouts = checkouts;
    this.payments = payments;
  }

  private record Session(
      String id, String organizationId, String customerId, String subscriptionId) {

    static Session read(ObjectNode session) throws UnreadableException {
      return new Session(
          Fields.text(session.path("id"), "/object/id"),
          Fields.text(session.path("client_reference_id"), "/object/client_reference_id"),
          Fields.reference(session.path("customer"), "/object/customer"),
          Fields.reference(session.path("subscription"), "/object/subscription"));
    }
  }

  Handled handle(CheckoutSessionCompleted event) {
    try {
      String mode = event.object().path("mode").asText();
      if (!mode.isEmpty() && !mode.equals("subscription")) {
        return Outcome.skipped("the session is no subscription's, its mode is " + mode);
      }
      Session session = Session.read(event.object());
      if (!accounts.isOrganization(session.organizationId())) {
        return unknown(session);
      }
      return payments
          .subscriptionsOf(session.customerId())
          .then(
              all -> {
                Optional<SubscriptionState> current = SubscriptionKeeper.current(all);
                return new Commit(transaction -> link(transaction, event, session, current));
              });
    } catch (UnreadableException e) {
      return Outcome.dead("the session of " + event.id() + " can't be read: " + e.getMessage());
    }
  }

  private Outcome link(
      Transaction transaction,
      CheckoutSessionCompleted event,
      Session session,
      Optional<SubscriptionState> current) {
    return switch (accounts.link(
        transaction.connection(), session.organizationId(), session.customerId())) {
      case Linked.Now(Optional<Stamp> seen) -> {
        checkouts.complete(
            transaction.connection(),
            session.id(),
            event.object().path("metadata").path(Payments.CHECKOUT_ID).asText());
        var stamp = new Stamp(event.id(), event.created(), session.subscriptionId());
        boolean isPut =
            current.isEmpty()
                || accounts.put(
                    transaction.connection(),
                    current.get(),
                    stamp.asked(seen, current.get().subscriptionId()),
                    seen);
        yield isPut
            ? Outcome.done(
                "%s pays as %s, %s"
                    .formatted(
                        session.organizationId(),
                        session.customerId(),
                        current.map(SubscriptionState::status).orElse("without a subscription")))
            : Outcome.retry("another event was applied meanwhile");
      }
      case Linked.UnknownOrganization() -> unknown(session);
      case Linked.OtherCustomer(String other) ->
          Outcome.dead(
              "/object/customer: %s has a subscription as %s, and would get a second one as %s; cancel one of them at Stripe, then redrive this"
                  .formatted(session.organizationId(), other, session.customerId()));
      case Linked.OtherOrganization(String other) ->
          Outcome.dead(
              "/object/customer: %s pays for %s, and the session is of %s"
                  .formatted(session.customerId(), other, session.organizationId()));
    };
  }

  private static Outcome unknown(Session session) {
    return Outcome.dead(
        "/object/client_reference_id: there is no organization " + session.organizationId());
  }
}
