package dev.tailrace.standins;

import java.time.Instant;

/** A subscription as the stand-in holds it now: the fields that a test or a demo asks about. */
public record StripeSubscription(
    String id,
    String customerId,
    String priceId,
    String status,
    boolean cancelAtPeriodEnd,
    Instant currentPeriodEnd) {}
