package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.standins.StripeParameters.Kind;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** The invoices of subscriptions: made open, then paid, perhaps after payments that failed. */
final class StripeInvoices {

  static final StripeParameters LIST =
      StripeList.PARAMETERS.and(
          Map.of("customer", Kind.FILLED, "subscription", Kind.FILLED, "status", Kind.FILLED));

  private static final List<String> STATUSES =
      List.of("draft", "open", "paid", "uncollectible", "void");
  private static final StripeList PAGES = new StripeList("invoice", "/v1/invoices");

  private final Clock clock;
  private final StripeEvents events;
  private final StripeCustomers customers;
  private final StripeSubscriptions subscriptions;
  private final StripeInvoiceDraft draft;
  private final Map<String, ObjectNode> invoices = new LinkedHashMap<>();

  StripeInvoices(
      Clock clock,
      StripeIds ids,
      StripeEvents events,
      StripeCustomers customers,
      StripeSubscriptions subscriptions) {
    this.clock = clock;
    this.events = events;
    this.customers = customers;
    this.subscriptions = subscriptions;
    this.draft = new StripeInvoiceDraft(ids);
  }

  synchronized StripeOutcome retrieve(StripeCall call) {
    return Optional.ofNullable(invoices.get(call.id()))
        .<StripeOutcome>map(invoice -> new StripeOutcome.Done(invoice.deepCopy()))
        .orElseGet(() -> StripeOutcome.refused(StripeProblem.missing("invoice", call.id(), "id")));
  }

  synchronized StripeOutcome list(StripeCall call) {
    StripeForm form = call.form();
    Optional<StripeProblem> problem =
        form.text("status")
            .filter(status -> !STATUSES.contains(status))
            .map(
                status ->
                    StripeProblem.invalid(
                        "",
                        "status",
                        "Invalid status: must be one of draft, open, paid, uncollectible, or void"))
            .or(() -> unknown(form, "customer", id -> customers.find(id).isPresent()))
            .or(() -> unknown(form, "subscription", id -> subscriptions.find(id).isPresent()));
    return problem
        .map(StripeOutcome::refused)
        .orElseGet(
            () ->
                PAGES.page(
                    call,
                    invoices.values(),
                    StripeList.matching(form, "customer")
                        .and(StripeList.matching(form, "status"))
                        .and(invoice -> ofSubscription(invoice, form.text("subscription")))));
  }

  /** Makes an invoice that waits to be paid. */
  synchronized void open(String id, ObjectNode subscription, String billingReason) {
    ObjectNode customer = customers.find(subscription.path("customer").asText()).orElseThrow();
    long before =
        invoices.values().stream()
            .filter(one -> one.path("customer").equals(subscription.path("customer")))
            .count();
    ObjectNode invoice =
        draft.invoice(id, subscription, billingReason, clock.instant().getEpochSecond());
    invoice.set("customer_email", customer.path("email"));
    invoice.set("customer_name", customer.path("name"));
    invoices.put(
        id,
        invoice.put(
            "number", "%s-%04d".formatted(customer.path("invoice_prefix").asText(), before + 1)));
  }

  /** The invoice of a subscription that waits to be paid, if one does. */
  synchronized Optional<String> waiting(String subscription) {
    return invoices.values().stream()
        .filter(invoice -> ofSubscription(invoice, Optional.of(subscription)))
        .filter(invoice -> invoice.path("status").asText().equals("open"))
        .map(invoice -> invoice.path("id").asText())
        .findFirst();
  }

  synchronized void paid(String id, StripeCause cause) {
    ObjectNode invoice = attempted(id);
    invoice.put("status", "paid").put("amount_remaining", 0);
    invoice.set("amount_paid", invoice.path("amount_due"));
    invoice.putNull("next_payment_attempt");
    invoice.withObject("/status_transitions").put("paid_at", clock.instant().getEpochSecond());
    events.created("invoice.paid", invoice, cause);
  }

  synchronized void failed(String id, StripeCause cause) {
    ObjectNode invoice = attempted(id);
    long again = clock.instant().plus(StripeInvoiceDraft.NEXT_ATTEMPT).getEpochSecond();
    events.created("invoice.payment_failed", invoice.put("next_payment_attempt", again), cause);
  }

  private ObjectNode attempted(String id) {
    ObjectNode invoice = Objects.requireNonNull(invoices.get(id), id);
    return invoice
        .put("attempt_count", invoice.path("attempt_count").asInt() + 1)
        .put("attempted", true);
  }

  private static Optional<StripeProblem> unknown(
      StripeForm form, String kind, Predicate<String> known) {
    return form.text(kind).filter(known.negate()).map(id -> StripeProblem.missing(kind, id, kind));
  }

  private static boolean ofSubscription(ObjectNode invoice, Optional<String> subscription) {
    String actual =
        invoice.path("parent").path("subscription_details").path("subscription").asText();
    return subscription.map(actual::equals).orElse(true);
  }
}
