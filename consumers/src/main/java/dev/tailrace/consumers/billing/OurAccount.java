package dev.tailrace.consumers.billing;

import dev.tailrace.contracts.event.StripeEvent;
import dev.tailrace.effects.Effect;
import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Handler;
import dev.tailrace.effects.Outcome;
import java.util.function.Function;

/**
 * Follows events of our account at Stripe alone. Those of another one, which Stripe sends to the
 * same endpoint when accounts are connected, have customers that nobody here will ever know.
 *
 * @param <E> what it follows
 */
record OurAccount<E extends StripeEvent>(Function<E, Handled> its) implements Handler<E> {

  /** What ingest calls the tenant of an event of another account, before its id. */
  private static final String OTHER = "stripe/acct_";

  @Override
  public Handled handle(Effect<E> effect) {
    String tenant = effect.envelope().tenantId();
    return tenant.startsWith(OTHER)
        ? Outcome.dead(
            "account: %s is another account of Stripe, and no customer of it is known here"
                .formatted(tenant.substring(tenant.indexOf('/') + 1)))
        : its.apply(effect.event());
  }
}
