package dev.tailrace.consumers.billing;

import dev.tailrace.consumers.billing.Fields.UnreadableException;
import dev.tailrace.consumers.billing.Payments.CustomerDraft;
import dev.tailrace.contracts.event.AccountEvent.EstateCreated;
import dev.tailrace.effects.Commit;
import dev.tailrace.effects.Effect;
import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Handler;
import dev.tailrace.effects.Outcome;
import java.util.Optional;

/** A new estate's owner becomes a customer of Stripe's for it, once. */
final class CreateStripeCustomer implements Handler<EstateCreated> {

  private final Estates estates;
  private final Payments payments;

  CreateStripeCustomer(Estates estates, Payments payments) {
    this.estates = estates;
    this.payments = payments;
  }

  @Override
  public Handled handle(Effect<EstateCreated> effect) throws UnreadableException {
    String estate = effect.event().estateId();
    String user = effect.event().ownerUserId();
    Optional<Estates.Owner> owner = estates.owner(estate, user);
    if (owner.isEmpty()) {
      return Outcome.dead(
          "ownerUserId: there is no user %s who owns estate %s".formatted(user, estate));
    }
    if (owner.get().customerId().isPresent()) {
      return Outcome.skipped("the estate has customer " + owner.get().customerId().get());
    }
    return payments
        .customer(
            new CustomerDraft(Payments.ESTATE_ID, estate, owner.get().name(), owner.get().email()),
            effect.idempotencyKey("customer"))
        .then(
            customer ->
                new Commit(
                    transaction ->
                        estates.remember(transaction.connection(), estate, customer)
                            ? Outcome.done("customer " + customer)
                            : Outcome.dead(
                                "estateId: estate %s has another customer than %s"
                                    .formatted(estate, customer))));
  }
}
