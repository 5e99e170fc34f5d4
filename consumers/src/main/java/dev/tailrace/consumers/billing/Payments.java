package dev.tailrace.consumers.billing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.List;

/** The provider through whom organisations pay, as far as it is asked here. */
interface Payments {

  /** By which what is made names what it is for, in its metadata. */
  String CHECKOUT_ID = "checkout_id";

  String ESTATE_ID = "estate_id";
  String ORGANIZATION_ID = "organization_id";

  /** All subscriptions of a customer as they are now, ended ones too, the newest first. */
  Answer<List<ObjectNode>> subscriptionsOf(String customerId);

  /**
   * The id of this customer, who is made unless there is one.
   *
   * @param key the same on every attempt
   */
  Answer<String> customer(CustomerDraft wanted, String key);

  /**
   * A page on which the customer subscribes, made unless there is one for the checkout.
   *
   * @param key the same on every attempt
   */
  Answer<CheckoutPage> checkout(CheckoutDraft wanted, String key);

  /**
   * Who pays.
   *
   * @param subject the kind of thing that the customer stands for, such as {@link #ORGANIZATION_ID}
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
}
