package dev.tailrace.consumers.billing;

import dev.tailrace.consumers.billing.Fields.UnreadableException;
import dev.tailrace.contracts.event.StripeEvent;
import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Outcome;

/** What an event says of its subscription: of any that is changed, and of one that has ended. */
final class SyncSubscription {

  private final SubscriptionKeeper keeper;

  SyncSubscription(SubscriptionKeeper keeper) {
    this.keeper = keeper;
  }

  Handled handle(StripeEvent event) {
    try {
      SubscriptionState told = SubscriptionState.read(event.object());
      return keeper.asTold(told, new Stamp(event.id(), event.created(), told.subscriptionId()));
    } catch (UnreadableException e) {
      return Outcome.dead(
          "the subscription of " + event.id() + " can't be read: " + e.getMessage());
    }
  }
}
