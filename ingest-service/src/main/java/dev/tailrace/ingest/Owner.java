package dev.tailrace.ingest;

import java.util.Optional;

/**
 * What a provider's delivery says of whose it is; the tenant is found from it in the transaction
 * that stores the delivery.
 */
sealed interface Owner {

  /** The tenant while nobody here is known to own it: the provider's own account. */
  String unresolved();

  /** The customer that pays for an organisation, if the delivery names one. */
  record StripeCustomer(Optional<String> customerId, String unresolved) implements Owner {}
}
