package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Payments, which nobody makes here: a test or a person says that one succeeds or fails, and
 * invoice, subscription and events follow as they do at Stripe.
 *
 * <p>The payment is that of the invoice that waits, else of a new one for the subscription's next
 * period; the period itself doesn't move on.
 */
final class StripeBilling {

  private static final Set<String> BILLED = Set.of("active", "trialing", "past_due");

  private final StripeIds ids;
  private final StripeSubscriptions subscriptions;
  private final StripeInvoices invoices;

  StripeBilling(StripeIds ids, StripeSubscriptions subscriptions, StripeInvoices invoices) {
    this.ids = ids;
    this.subscriptions = subscriptions;
    this.invoices = invoices;
  }

  /**
   * Starts a subscription whose first invoice is paid at once.
   *
   * @param items each a price and, unless it is metered, a quantity
   */
  synchronized StripeOutcome start(
      String customer,
      List<Map<String, String>> items,
      Map<String, String> metadata,
      StripeCause cause) {
    Map<String, String> form = new LinkedHashMap<>(Map.of("customer", customer));
    for (int i = 0; i < items.size(); i++) {
      String prefix = "items[" + i + "]";
      items.get(i).forEach((name, value) -> form.put(prefix + "[" + name + "]", value));
    }
    metadata.forEach((key, value) -> form.put("metadata[" + key + "]", value));
    String invoice = ids.invoice();
    StripeOutcome outcome =
        subscriptions.create(
            new StripeCall("POST", List.of("v1", "subscriptions"), new StripeForm(form), cause),
            Optional.of(invoice));
    if (outcome instanceof StripeOutcome.Done(ObjectNode subscription)) {
      invoices.open(invoice, subscription, StripeInvoiceDraft.FIRST);
      invoices.paid(invoice, cause);
    }
    return outcome;
  }

  /** A payment succeeds; a subscription that was past due is active again. */
  synchronized StripePayment pay(String subscriptionId, StripeCause cause) {
    StripePayment payment = due(subscriptionId);
    if (payment instanceof StripePayment.Of(String invoice, String status)) {
      String paid = status.equals("past_due") ? "active" : status;
      subscriptions.billed(subscriptionId, paid, invoice, cause);
      invoices.paid(invoice, cause);
    }
    return payment;
  }

  /** A payment fails, and the subscription is past due. */
  synchronized StripePayment fail(String subscriptionId, StripeCause cause) {
    StripePayment payment = due(subscriptionId);
    if (payment instanceof StripePayment.Of(String invoice, String status)) {
      subscriptions.billed(subscriptionId, "past_due", invoice, cause);
      invoices.failed(invoice, cause);
    }
    return payment;
  }

  private StripePayment due(String subscriptionId) {
    Optional<ObjectNode> subscription = subscriptions.find(subscriptionId);
    if (subscription.isEmpty()) {
      return new StripePayment.None("No such subscription: '" + subscriptionId + "'");
    }
    String status = subscription.get().path("status").asText();
    if (!BILLED.contains(status)) {
      return new StripePayment.None("A subscription that is " + status + " is not billed.");
    }
    String invoice =
        invoices
            .waiting(subscriptionId)
            .orElseGet(
                () -> {
                  String id = ids.invoice();
                  invoices.open(id, subscription.get(), "subscription_cycle");
                  return id;
                });
    return new StripePayment.Of(invoice, status);
  }
}
