package dev.tailrace.standins;

/** A payment that a subscription owes. */
sealed interface StripePayment {

  /**
   * The payment of an invoice.
   *
   * @param status the subscription's, before the payment
   */
  record Of(String invoice, String status) implements StripePayment {}

  /** Nothing is owed, and why. */
  record None(String reason) implements StripePayment {}
}
