package dev.tailrace.consumers.billing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.List;

/** The provider through whom organisations pay, as far as it is asked here. */
interface Payments {

  /** All subscriptions of a customer as they are now, ended ones too, the newest first. */
  Answer<List<ObjectNode>> subscriptionsOf(String customerId);

  /** The id of this customer, who is made unless there is one. */
  Answer<String> customer(CustomerDraft wanted, Asking asking);

  /** A page on which the customer subscribes, made unless there is one for the checkout. */
  Answer<CheckoutPage> checkout(CheckoutDraft wanted, Asking asking);

  /**
   * Who pays.
   *
   * @param subject the kind of thing that the customer stands for, such as {@code organization_id}
   * @param subjectId of that thing: there is one customer for it
   */
  record CustomerDraft(String subject, String subjectId, String name, String email) {}

  /** What is subscribed to, by whom, and where the person goes on from there. */
  record CheckoutDraft(
      String checkoutId,
      String customerId,
      String organizationId,
      String organizationSlug,
      URI successUrl,
      URI cancelUrl) {}

  record CheckoutPage(String sessionId, String url) {}

  /**
   * How something is asked for that must come to be once.
   *
   * @param key the same on every attempt
   * @param again whether it may have been asked for before, so that it is looked for first
   */
  record Asking(String key, boolean again) {}
}
