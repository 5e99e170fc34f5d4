package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.standins.StripeParameters.Kind;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checkout sessions for subscriptions: open until a person pays, somebody expires them, or their
 * time is over. Time is looked at whenever a session is, so that an event of one that ran out comes
 * no earlier than that.
 */
final class StripeCheckout {

  static final StripeParameters CREATE =
      StripeParameters.of(
              Map.ofEntries(
                  Map.entry("mode", Kind.FILLED),
                  Map.entry("customer", Kind.FILLED),
                  Map.entry("customer_email", Kind.FILLED),
                  Map.entry("client_reference_id", Kind.FILLED),
                  Map.entry("success_url", Kind.URL),
                  Map.entry("cancel_url", Kind.URL),
                  Map.entry("line_items.price", Kind.FILLED),
                  Map.entry("line_items.quantity", Kind.COUNT),
                  Map.entry("metadata.*", Kind.METADATA),
                  Map.entry("subscription_data.metadata.*", Kind.METADATA),
                  Map.entry("expires_at", Kind.INTEGER)))
          .requiring("mode", "success_url");
  static final StripeParameters LIST = StripeList.PARAMETERS.and(Map.of("customer", Kind.FILLED));

  private static final String SOMEBODY = "somebody@example.com";
  private static final StripeList PAGES =
      new StripeList("checkout.session", "/v1/checkout/sessions");

  private final Clock clock;
  private final StripeEvents events;
  private final StripeCustomers customers;
  private final StripeBilling billing;
  private final StripeCheckoutDraft draft;
  private final Map<String, Session> sessions = new LinkedHashMap<>();

  StripeCheckout(
      Clock clock,
      StripeIds ids,
      StripeEvents events,
      StripeCustomers customers,
      StripeBilling billing) {
    this.clock = clock;
    this.events = events;
    this.customers = customers;
    this.billing = billing;
    this.draft = new StripeCheckoutDraft(ids);
  }

  synchronized StripeOutcome create(StripeCall call) {
    StripeForm form = call.form();
    Instant now = clock.instant();
    Optional<StripeProblem> problem =
        StripeCheckoutDraft.problem(form, now)
            .or(
                () ->
                    form.text("customer")
                        .filter(id -> customers.find(id).isEmpty())
                        .map(id -> StripeProblem.missing("customer", id, "customer")));
    if (problem.isPresent()) {
      return StripeOutcome.refused(problem.get());
    }
    ObjectNode json = draft.session(form, form.text("customer").flatMap(customers::find), now);
    sessions.put(
        json.path("id").asText(),
        new Session(json, form.list("line_items"), form.under("subscription_data[metadata]")));
    return new StripeOutcome.Done(json.deepCopy());
  }

  synchronized StripeOutcome retrieve(StripeCall call) {
    expireByTime(call.cause());
    return Optional.ofNullable(sessions.get(call.id()))
        .<StripeOutcome>map(session -> new StripeOutcome.Done(session.json().deepCopy()))
        .orElseGet(() -> missing(call.id()));
  }

  synchronized StripeOutcome list(StripeCall call) {
    expireByTime(call.cause());
    return PAGES.page(
        call,
        sessions.values().stream().map(Session::json).toList(),
        StripeList.matching(call.form(), "customer"));
  }

  synchronized StripeOutcome expire(StripeCall call) {
    expireByTime(call.cause());
    Session session = sessions.get(call.id());
    if (session == null) {
      return missing(call.id());
    }
    if (!session.open()) {
      return StripeOutcome.refused(
          StripeProblem.invalid(
              "",
              "",
              "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of `%s`."
                  .formatted(session.status())));
    }
    expire(session, call.cause());
    return new StripeOutcome.Done(session.json().deepCopy());
  }

  /** What a person does on Stripe's page: subscribes and pays. */
  synchronized StripeOutcome complete(String id, StripeCause cause) {
    expireByTime(cause);
    Session session = sessions.get(id);
    if (session == null) {
      return missing(id);
    }
    if (!session.open()) {
      return StripeOutcome.refused(
          StripeProblem.invalid("", "", "This Checkout Session is " + session.status() + "."));
    }
    ObjectNode customer = customer(session.json(), cause);
    return switch (billing.start(
        customer.path("id").asText(), session.items(), session.metadata(), cause)) {
      case StripeOutcome.Done(ObjectNode subscription) -> {
        ObjectNode json = session.json();
        StripeCheckoutDraft.complete(json, customer, subscription);
        events.created("checkout.session.completed", json, cause);
        yield new StripeOutcome.Done(json.deepCopy());
      }
      case StripeOutcome.Refused refused -> refused;
    };
  }

  /** The session's customer, who is made now when there was only an address, or not even that. */
  private ObjectNode customer(ObjectNode session, StripeCause cause) {
    return customers
        .find(session.path("customer").asText())
        .orElseGet(
            () -> {
              String email =
                  session.path("customer_email").isTextual()
                      ? session.path("customer_email").asText()
                      : SOMEBODY;
              return customers.make(new StripeForm(Map.of("email", email)), cause);
            });
  }

  private void expireByTime(StripeCause cause) {
    long now = clock.instant().getEpochSecond();
    sessions.values().stream()
        .filter(session -> session.open() && session.json().path("expires_at").asLong() <= now)
        .forEach(session -> expire(session, cause));
  }

  private void expire(Session session, StripeCause cause) {
    session.json().put("status", "expired").putNull("url");
    events.created("checkout.session.expired", session.json(), cause);
  }

  private static StripeOutcome missing(String id) {
    return StripeOutcome.refused(StripeProblem.missing("checkout.session", id, "id"));
  }

  /**
   * A session and what it doesn't show.
   *
   * @param items what is bought
   * @param metadata of the subscription that is to be
   */
  private record Session(
      ObjectNode json, List<Map<String, String>> items, Map<String, String> metadata) {

    String status() {
      return json.path("status").asText();
    }

    boolean open() {
      return status().equals("open");
    }
  }
}
