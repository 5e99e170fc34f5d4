package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.standins.StripeParameters.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Subscriptions: created, changed, paused, resumed, canceled, each with the event that Stripe makes
 * of it.
 */
final class StripeSubscriptions {

  private static final StripeParameters COMMON =
      StripeParameters.of(
          Map.of(
              "metadata.*", Kind.METADATA,
              "description", Kind.TEXT,
              "cancel_at_period_end", Kind.BOOLEAN,
              "items.price", Kind.FILLED,
              "items.quantity", Kind.INTEGER));
  static final StripeParameters CREATE =
      COMMON
          .and(Map.of("customer", Kind.FILLED, "trial_period_days", Kind.INTEGER))
          .requiring("customer");
  static final StripeParameters UPDATE =
      COMMON.and(
          Map.of(
              "items.id", Kind.FILLED,
              "pause_collection", Kind.TEXT,
              "pause_collection.behavior", Kind.FILLED,
              "pause_collection.resumes_at", Kind.INTEGER));
  static final StripeParameters CANCEL =
      StripeParameters.of(
          Map.of(
              "cancellation_details.comment",
              Kind.TEXT,
              "cancellation_details.feedback",
              Kind.TEXT));
  static final StripeParameters PAUSE =
      StripeParameters.of(Map.of("type", Kind.FILLED)).requiring("type");
  static final StripeParameters LIST =
      StripeList.PARAMETERS.and(Map.of("customer", Kind.FILLED, "status", Kind.FILLED));

  private static final Set<String> PAUSE_BEHAVIORS =
      Set.of("keep_as_draft", "mark_uncollectible", "void");
  private static final List<String> LISTED =
      List.of(
          "active",
          "past_due",
          "unpaid",
          "canceled",
          "incomplete",
          "incomplete_expired",
          "trialing",
          "paused",
          "all",
          "ended");
  private static final StripeList PAGES = new StripeList("subscription", "/v1/subscriptions");

  private final Clock clock;
  private final StripeIds ids;
  private final StripeEvents events;
  private final StripeCustomers customers;
  private final StripeItems items;
  private final Map<String, ObjectNode> subscriptions = new LinkedHashMap<>();

  StripeSubscriptions(Clock clock, StripeIds ids, StripeEvents events, StripeCustomers customers) {
    this.clock = clock;
    this.ids = ids;
    this.events = events;
    this.customers = customers;
    this.items = new StripeItems(ids);
  }

  /** As POST /v1/subscriptions makes one: without an invoice, unlike Stripe's. */
  StripeOutcome create(StripeCall call) {
    return create(call, Optional.empty());
  }

  /** Makes one whose first invoice is made beside it, and has this id. */
  synchronized StripeOutcome create(StripeCall call, Optional<String> firstInvoice) {
    StripeForm form = call.form();
    String customer = form.text("customer").orElse("");
    List<Map<String, String>> wanted = form.list("items");
    if (customers.find(customer).isEmpty()) {
      return StripeOutcome.refused(StripeProblem.missing("customer", customer, "customer"));
    }
    Optional<StripeProblem> problem =
        wanted.isEmpty()
            ? Optional.of(
                StripeProblem.invalid(
                    "parameter_missing", "items", "Missing required param: items."))
            : StripeItems.check(wanted);
    if (problem.isPresent()) {
      return StripeOutcome.refused(problem.get());
    }
    ObjectNode subscription = blank(customer, wanted, form.integer("trial_period_days").orElse(0L));
    firstInvoice.ifPresent(invoice -> subscription.put("latest_invoice", invoice));
    apply(form, subscription);
    subscriptions.put(subscription.path("id").asText(), subscription);
    events.created("customer.subscription.created", subscription, call.cause());
    return new StripeOutcome.Done(subscription.deepCopy());
  }

  synchronized StripeOutcome retrieve(StripeCall call) {
    return find(call.id())
        .<StripeOutcome>map(StripeOutcome.Done::new)
        .orElseGet(() -> missing(call.id()));
  }

  /** Without a status, all that aren't canceled. */
  synchronized StripeOutcome list(StripeCall call) {
    StripeForm form = call.form();
    String customer = form.text("customer").orElse("");
    String status = form.text("status").orElse("");
    if (!status.isEmpty() && !LISTED.contains(status)) {
      return StripeOutcome.refused(
          StripeProblem.invalid(
              "",
              "status",
              "Invalid status: must be one of %s, or %s"
                  .formatted(
                      String.join(", ", LISTED.subList(0, LISTED.size() - 1)), LISTED.getLast())));
    }
    if (!customer.isEmpty() && customers.find(customer).isEmpty()) {
      return StripeOutcome.refused(StripeProblem.missing("customer", customer, "customer"));
    }
    return PAGES.page(
        call,
        subscriptions.values(),
        StripeList.matching(form, "customer").and(one -> listed(status(one), status)));
  }

  /** What a payment, or its failure, makes of a subscription. */
  synchronized void billed(String id, String status, String invoice, StripeCause cause) {
    ObjectNode before = Objects.requireNonNull(subscriptions.get(id), id);
    ObjectNode after = before.deepCopy().put("status", status).put("latest_invoice", invoice);
    subscriptions.put(id, after);
    if (!status(before).equals(status)) {
      events.changed("customer.subscription.updated", before, after, cause);
    }
  }

  synchronized StripeOutcome update(StripeCall call) {
    return change(
        call,
        "customer.subscription.updated",
        subscription -> {
          StripeForm form = call.form();
          if (status(subscription).equals("canceled")) {
            return invalid(
                "A canceled subscription can only update its cancellation_details and metadata.");
          }
          String behavior = form.text("pause_collection[behavior]").orElse("void");
          if (!PAUSE_BEHAVIORS.contains(behavior)) {
            return Optional.of(
                StripeProblem.invalid(
                    "",
                    "pause_collection[behavior]",
                    "Invalid pause_collection[behavior]: " + behavior));
          }
          Optional<StripeProblem> problem = StripeItems.check(form.list("items"));
          for (Map<String, String> item : form.list("items")) {
            problem = problem.or(() -> items.change(subscription, item));
          }
          apply(form, subscription);
          return problem;
        });
  }

  synchronized StripeOutcome pause(StripeCall call) {
    return change(
        call,
        "customer.subscription.paused",
        subscription -> {
          if (!Set.of("active", "trialing").contains(status(subscription))) {
            return invalid(
                "This subscription can't be paused because its status is "
                    + status(subscription)
                    + ".");
          }
          subscription.put("status", "paused");
          return Optional.empty();
        });
  }

  synchronized StripeOutcome resume(StripeCall call) {
    return change(
        call,
        "customer.subscription.resumed",
        subscription -> {
          if (!status(subscription).equals("paused")) {
            return invalid(
                "Only paused subscriptions can be resumed; this one is "
                    + status(subscription)
                    + ".");
          }
          subscription.put("status", "active");
          return Optional.empty();
        });
  }

  synchronized StripeOutcome cancel(StripeCall call) {
    ObjectNode subscription = subscriptions.get(call.id());
    if (subscription == null || status(subscription).equals("canceled")) {
      return missing(call.id());
    }
    long now = clock.instant().getEpochSecond();
    subscription
        .put("status", "canceled")
        .put("canceled_at", now)
        .put("ended_at", now)
        .put("cancel_at_period_end", false);
    ObjectNode details = subscription.withObject("/cancellation_details");
    call.form()
        .under("cancellation_details")
        .forEach((name, value) -> StripeFields.put(details, name, value));
    details.put("reason", "cancellation_requested");
    events.created("customer.subscription.deleted", subscription, call.cause());
    return new StripeOutcome.Done(subscription.deepCopy());
  }

  synchronized Optional<ObjectNode> find(String id) {
    return Optional.ofNullable(subscriptions.get(id)).map(ObjectNode::deepCopy);
  }

  /** Works on a copy, so that a change that is refused half way leaves nothing behind. */
  private StripeOutcome change(
      StripeCall call, String event, Function<ObjectNode, Optional<StripeProblem>> change) {
    ObjectNode before = subscriptions.get(call.id());
    if (before == null) {
      return missing(call.id());
    }
    ObjectNode after = before.deepCopy();
    Optional<StripeProblem> problem = change.apply(after);
    if (problem.isPresent()) {
      return StripeOutcome.refused(problem.get());
    }
    if (!before.equals(after)) {
      subscriptions.put(call.id(), after);
      events.changed(event, before, after, call.cause());
    }
    return new StripeOutcome.Done(after.deepCopy());
  }

  private ObjectNode blank(String customer, List<Map<String, String>> wanted, long trialDays) {
    Instant now = clock.instant();
    Instant trialEnd = now.plus(Duration.ofDays(trialDays));
    Instant periodEnd = trialDays > 0 ? trialEnd : StripeItems.monthAfter(now);
    String id = ids.subscription();
    ObjectNode json =
        Json.object().put("id", id).put("object", "subscription").putNull("application");
    json.put("billing_cycle_anchor", (trialDays > 0 ? trialEnd : now).getEpochSecond());
    json.putNull("cancel_at").put("cancel_at_period_end", false).putNull("canceled_at");
    json.putObject("cancellation_details").putNull("comment").putNull("feedback").putNull("reason");
    json.put("collection_method", "charge_automatically")
        .put("created", now.getEpochSecond())
        .put("currency", "usd");
    json.put("customer", customer).putNull("description").putNull("ended_at");
    json.set("items", items.list(id, wanted, now, periodEnd));
    json.putNull("latest_invoice").put("livemode", false).putObject("metadata");
    json.putNull("pause_collection").put("start_date", now.getEpochSecond());
    json.put("status", trialDays > 0 ? "trialing" : "active");
    return trialDays > 0
        ? json.put("trial_start", now.getEpochSecond()).put("trial_end", trialEnd.getEpochSecond())
        : json.putNull("trial_start").putNull("trial_end");
  }

  private void apply(StripeForm form, ObjectNode subscription) {
    StripeFields.mergeMetadata(subscription, form);
    form.text("description")
        .ifPresent(value -> StripeFields.put(subscription, "description", value));
    form.bool("cancel_at_period_end").ifPresent(value -> cancelAtPeriodEnd(subscription, value));
    if (form.text("pause_collection").isPresent()) {
      subscription.putNull("pause_collection");
    }
    form.text("pause_collection[behavior]")
        .ifPresent(
            behavior -> {
              ObjectNode pause =
                  subscription
                      .putObject("pause_collection")
                      .put("behavior", behavior)
                      .putNull("resumes_at");
              form.integer("pause_collection[resumes_at]")
                  .ifPresent(at -> pause.put("resumes_at", at));
            });
  }

  private void cancelAtPeriodEnd(ObjectNode subscription, boolean wanted) {
    subscription.put("cancel_at_period_end", wanted);
    if (wanted) {
      JsonNode end = subscription.path("items").path("data").path(0).path("current_period_end");
      subscription
          .put("cancel_at", end.asLong())
          .put("canceled_at", clock.instant().getEpochSecond());
    } else {
      subscription.putNull("cancel_at").putNull("canceled_at");
    }
  }

  private static boolean listed(String status, String wanted) {
    return switch (wanted) {
      case "all" -> true;
      case "" -> !status.equals("canceled");
      case "ended" -> status.equals("canceled") || status.equals("incomplete_expired");
      default -> status.equals(wanted);
    };
  }

  private static String status(ObjectNode subscription) {
    return subscription.path("status").asText();
  }

  private static Optional<StripeProblem> invalid(String message) {
    return Optional.of(StripeProblem.invalid("", "", message));
  }

  private static StripeOutcome missing(String id) {
    return StripeOutcome.refused(StripeProblem.missing("subscription", id, "id"));
  }
}
