package dev.tailrace.consumers.billing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.consumers.billing.BillingAccounts.Witness;
import dev.tailrace.consumers.billing.SubscriptionState.UnreadableException;
import dev.tailrace.contracts.event.StripeEvent.SubscriptionChange;
import dev.tailrace.effects.Commit;
import dev.tailrace.effects.Effect;
import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Handler;
import dev.tailrace.effects.Outcome;
import java.sql.SQLException;

/**
 * Brings {@code billing_account} to what Stripe says of the customer's subscription.
 *
 * <p>Stripe delivers in no order and stamps whole seconds: an event that is older than what was
 * applied is skipped, and of two events of one second neither is believed, but the subscription
 * fetched.
 */
final class SyncSubscription implements Handler<SubscriptionChange> {

  private final BillingAccounts accounts;
  private final Subscriptions subscriptions;

  SyncSubscription(BillingAccounts accounts, Subscriptions subscriptions) {
    this.accounts = accounts;
    this.subscriptions = subscriptions;
  }

  @Override
  public Handled handle(Effect<SubscriptionChange> effect) throws SQLException {
    SubscriptionChange event = effect.event();
    try {
      SubscriptionState told = SubscriptionState.read(event.object());
      return accounts.appliedInTheSameSecond(told.customerId(), event)
          ? asStripeSaysNow(told.subscriptionId(), event)
          : apply(told, Witness.EVENT, event);
    } catch (UnreadableException e) {
      return Outcome.dead(
          "the subscription of " + event.id() + " can't be read: " + e.getMessage());
    }
  }

  private Handled asStripeSaysNow(String subscriptionId, SubscriptionChange event)
      throws UnreadableException {
    return switch (subscriptions.fetch(subscriptionId)) {
      case Subscriptions.Answer.Found(ObjectNode subscription) ->
          apply(SubscriptionState.read(subscription), Witness.PROVIDER, event);
      case Subscriptions.Answer.Unavailable(String reason) -> Outcome.retry(reason);
      case Subscriptions.Answer.Refused(String reason) -> Outcome.dead(reason);
    };
  }

  private Handled apply(SubscriptionState state, Witness witness, SubscriptionChange event) {
    return new Commit(
        transaction ->
            switch (accounts.apply(transaction.connection(), state, witness, event)) {
              case BillingAccounts.Applied.Changed(String organizationId) ->
                  Outcome.done("billing_account " + organizationId + " → " + state.status());
              case BillingAccounts.Applied.Older() ->
                  Outcome.skipped("a newer event of Stripe was applied before");
              case BillingAccounts.Applied.SameSecond() ->
                  Outcome.retry("another event of the same second was applied meanwhile");
              case BillingAccounts.Applied.UnknownCustomer() ->
                  Outcome.retry(
                      "customer "
                          + state.customerId()
                          + " is unknown here: no billing_account has it");
            });
  }
}
