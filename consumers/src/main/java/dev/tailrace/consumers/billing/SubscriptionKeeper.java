package dev.tailrace.consumers.billing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.consumers.billing.BillingAccounts.Account;
import dev.tailrace.consumers.billing.Fields.UnreadableException;
import dev.tailrace.effects.Commit;
import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Keeps {@code billing_account} at what Stripe says of the customer's subscription, whatever order
 * its events come in.
 *
 * <p>What an event brings is taken when it is later than what was applied, and passed over when it
 * is earlier. Where their times don't tell, no event is believed, but Stripe asked. An account is
 * changed only if it is as it was when that was decided.
 */
final class SubscriptionKeeper {

  private final BillingAccounts accounts;
  private final Payments payments;

  SubscriptionKeeper(BillingAccounts accounts, Payments payments) {
    this.accounts = accounts;
    this.payments = payments;
  }

  /** Takes the state that an event brought, if it is the latest. */
  Handled asTold(SubscriptionState told, Stamp event) throws UnreadableException {
    Optional<Account> account = accounts.ofCustomer(told.customerId());
    if (account.isEmpty()) {
      return unknown(told.customerId());
    }
    Optional<Stamp> seen = account.get().stamp();
    return switch (event.beside(seen)) {
      case LATER -> put(account.get().organizationId(), told, event, seen);
      case EARLIER -> Outcome.skipped("this event of Stripe, or a newer one, was applied before");
      case IN_DOUBT -> asAsked(told.customerId(), account.get(), event);
    };
  }

  /** Takes what Stripe says now of the customer's subscription. */
  Handled asAsked(String customerId, Stamp event) throws UnreadableException {
    Optional<Account> account = accounts.ofCustomer(customerId);
    return account.isEmpty() ? unknown(customerId) : asAsked(customerId, account.get(), event);
  }

  private Handled asAsked(String customerId, Account account, Stamp event)
      throws UnreadableException {
    return payments
        .subscriptionsOf(customerId)
        .then(
            all -> {
              Optional<SubscriptionState> current = current(all);
              return current.isEmpty()
                  ? Outcome.skipped("Stripe knows of no subscription of " + customerId)
                  : put(
                      account.organizationId(),
                      current.get(),
                      event.asked(account.stamp(), current.get().subscriptionId()),
                      account.stamp());
            });
  }

  /** Of several the one that lives, else that which was made last. */
  static Optional<SubscriptionState> current(List<ObjectNode> newestFirst)
      throws UnreadableException {
    var states = new ArrayList<SubscriptionState>();
    for (ObjectNode each : newestFirst) {
      states.add(SubscriptionState.read(each));
    }
    // Of equals the first: they come the newest first.
    return states.stream().min(Comparator.comparing(SubscriptionState::isOver));
  }

  private Handled put(
      String organizationId, SubscriptionState state, Stamp stamp, Optional<Stamp> seen) {
    return new Commit(
        transaction ->
            accounts.put(transaction.connection(), state, stamp, seen)
                ? Outcome.done("billing_account " + organizationId + " → " + state.status())
                : Outcome.retry("another event was applied meanwhile"));
  }

  private static Outcome unknown(String customerId) {
    return Outcome.retry("customer " + customerId + " is unknown here: no billing_account has it");
  }
}
