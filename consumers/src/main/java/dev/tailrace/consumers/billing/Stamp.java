package dev.tailrace.consumers.billing;

import java.time.Instant;
import java.util.Optional;

/**
 * Which event of the provider's an account was last changed by, and what another is worth beside
 * it.
 *
 * <p>Stripe delivers in no order and stamps whole seconds. Two events tell by their times which
 * came later only when these differ and both are about one subscription.
 *
 * @param created by the provider's clock, whole seconds
 * @param subscriptionId that the event was about; empty where that was not kept
 */
record Stamp(String eventId, Instant created, String subscriptionId) {

  /** How an event stands to what the account was last changed by. */
  enum Place {
    LATER,
    EARLIER,
    /** Their times don't tell: whoever wants to know asks the provider. */
    IN_DOUBT
  }

  /** The place of this event beside what was applied before it. */
  Place beside(Optional<Stamp> applied) {
    if (applied.isEmpty()) {
      return Place.LATER;
    }
    Stamp other = applied.get();
    if (other.eventId.equals(eventId)) {
      // What it told may have been in doubt, and Stripe's own word taken instead.
      return Place.EARLIER;
    }
    if (!other.subscriptionId.isEmpty() && !other.subscriptionId.equals(subscriptionId)) {
      return Place.IN_DOUBT;
    }
    int order = created.compareTo(other.created);
    return order > 0 ? Place.LATER : order < 0 ? Place.EARLIER : Place.IN_DOUBT;
  }

  /**
   * The stamp of what the provider says now, asked because of this event: no earlier event may
   * change it.
   */
  Stamp asked(Optional<Stamp> applied, String answeredSubscription) {
    Instant latest =
        applied.map(Stamp::created).filter(before -> before.isAfter(created)).orElse(created);
    return new Stamp(eventId, latest, answeredSubscription);
  }
}
