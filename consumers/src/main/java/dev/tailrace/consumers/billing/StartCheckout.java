package dev.tailrace.consumers.billing;

import dev.tailrace.consumers.billing.BillingAccounts.Linked;
import dev.tailrace.consumers.billing.Fields.UnreadableException;
import dev.tailrace.consumers.billing.Payments.CheckoutDraft;
import dev.tailrace.consumers.billing.Payments.CheckoutPage;
import dev.tailrace.consumers.billing.Payments.CustomerDraft;
import dev.tailrace.contracts.event.BillingEvent.CheckoutFailed;
import dev.tailrace.contracts.event.BillingEvent.CheckoutInitiated;
import dev.tailrace.contracts.event.BillingEvent.CheckoutReady;
import dev.tailrace.effects.Commit;
import dev.tailrace.effects.Effect;
import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Handler;
import dev.tailrace.effects.Outcome;
import dev.tailrace.effects.Transaction;
import java.net.URI;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;

/**
 * A person wants to subscribe: the organisation becomes a customer of Stripe's unless it is one, a
 * page is made there, and its address told.
 */
final class StartCheckout implements Handler<CheckoutInitiated> {

  private final BillingAccounts accounts;
  private final Checkouts checkouts;
  private final Payments payments;
  private final Clock clock;

  StartCheckout(BillingAccounts accounts, Checkouts checkouts, Payments payments, Clock clock) {
    this.accounts = accounts;
    this.checkouts = checkouts;
    this.payments = payments;
    this.clock = clock;
  }

  @Override
  public Handled handle(Effect<CheckoutInitiated> effect) throws UnreadableException {
    CheckoutInitiated wanted = effect.event();
    URI success;
    URI cancel;
    try {
      success = URI.create(wanted.successUrl());
      cancel = URI.create(wanted.cancelUrl());
    } catch (IllegalArgumentException e) {
      return Outcome.dead("successUrl or cancelUrl is no URL");
    }
    return customer(effect)
        .then(
            customer ->
                payments
                    .checkout(
                        new CheckoutDraft(
                            wanted.checkoutId(),
                            customer,
                            wanted.organizationId(),
                            wanted.organizationSlug(),
                            success,
                            cancel),
                        effect.idempotencyKey("session"))
                    .then(
                        page ->
                            new Commit(transaction -> ready(transaction, wanted, customer, page))));
  }

  private Answer<String> customer(Effect<CheckoutInitiated> effect) {
    CheckoutInitiated wanted = effect.event();
    Optional<String> known = accounts.customerOf(wanted.organizationId());
    return known.isPresent()
        ? new Answer.Found<>(known.get())
        : payments.customer(
            new CustomerDraft(
                Payments.ORGANIZATION_ID,
                wanted.organizationId(),
                wanted.organizationName(),
                wanted.email()),
            effect.idempotencyKey("customer"));
  }

  private Outcome ready(
      Transaction transaction, CheckoutInitiated wanted, String customer, CheckoutPage page)
      throws SQLException {
    return switch (accounts.link(transaction.connection(), wanted.organizationId(), customer)) {
      case Linked.Now _ -> {
        checkouts.ready(transaction.connection(), wanted.checkoutId(), page);
        transaction.append(
            new CheckoutReady(
                wanted.checkoutId(), wanted.organizationId(), page.url(), page.sessionId()),
            clock.instant());
        yield Outcome.done("session " + page.sessionId() + " for " + customer);
      }
      case Linked.UnknownOrganization() ->
          Outcome.dead("organizationId: there is no organization " + wanted.organizationId());
      case Linked.OtherCustomer(String other) ->
          Outcome.retry("the organization became customer " + other + " meanwhile");
      case Linked.OtherOrganization(String other) ->
          Outcome.dead("customer %s pays for %s".formatted(customer, other));
    };
  }

  /** What a person is told when there will be no page. */
  Handled givenUp(Effect<CheckoutInitiated> effect) {
    CheckoutInitiated wanted = effect.event();
    String reason = effect.lastError().orElse("given up");
    return new Commit(
        transaction -> {
          checkouts.failed(transaction.connection(), wanted.checkoutId(), reason);
          transaction.append(
              new CheckoutFailed(wanted.checkoutId(), wanted.organizationId(), reason),
              clock.instant());
          return Outcome.done("checkout " + wanted.checkoutId() + " failed");
        });
  }
}
