package dev.tailrace.ingest;

import java.util.Optional;

/**
 * What a provider's delivery says of whose it is. The tenant, and what the event is about, are
 * found from it in the transaction that stores the delivery.
 */
sealed interface Owner {

  /** The tenant while nobody here is known to own it: the provider's own account. */
  String unresolved();

  /** The customer that pays for an organisation, if the delivery names one. */
  record StripeCustomer(Optional<String> customerId, String unresolved) implements Owner {}

  /** The workspace that a project is connected to; the event is about that project. */
  record SlackTeam(String teamId) implements Owner {

    @Override
    public String unresolved() {
      return "slack/" + teamId;
    }
  }

  /**
   * A mail to a project: the one whose slug stands behind the plus sign of the recipient, else the
   * first of the sender's that has an active machine. Addresses alone, without names.
   */
  record Mail(String sender, String recipient) implements Owner {

    @Override
    public String unresolved() {
      return "resend/platform";
    }
  }

  /** A sandbox that is some machine; the event is about that machine. */
  record Sandbox(String sandboxId, String organization) implements Owner {

    @Override
    public String unresolved() {
      return "daytona/" + organization;
    }
  }

  /** Nobody is to be looked for. */
  record Nobody(String unresolved) implements Owner {}
}
