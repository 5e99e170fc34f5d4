package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stands for Stripe: customers, checkout sessions, subscriptions, invoices, events and signed
 * webhooks, with Stripe's idempotency and its refusals.
 *
 * <p>Point stripe-java at it with {@code setApiBase(standIn.url())} and any key that starts with
 * {@code sk_test_}.
 */
public final class StripeStandIn implements StandIn {

  private final StripeIds ids = new StripeIds();
  private final StripeWebhooks webhooks;
  private final StripeEvents events;
  private final StripeCustomers customers;
  private final StripeSubscriptions subscriptions;
  private final StripeBilling billing;
  private final StripeCheckout checkout;
  private final StripeRoutes routes;
  private final FrontDoor door;

  private StripeStandIn(int port, Clock clock) {
    webhooks = new StripeWebhooks(clock);
    events = new StripeEvents(clock, ids, webhooks);
    customers = new StripeCustomers(clock, ids, events);
    subscriptions = new StripeSubscriptions(clock, ids, events, customers);
    StripeInvoices invoices = new StripeInvoices(clock, ids, events, customers, subscriptions);
    billing = new StripeBilling(ids, subscriptions, invoices);
    checkout = new StripeCheckout(clock, ids, events, customers, billing);
    routes = new StripeRoutes(customers, subscriptions, invoices, checkout, events);
    StripeControl control = new StripeControl(webhooks, events, checkout, billing, ids);
    door =
        FrontDoor.open(port, clock, new StripeApi(ids, routes, new Idempotency<>(clock), control));
  }

  /**
   * Starts on a port, 0 for a free one. The clock dates objects and signatures, lets
   * Idempotency-Keys be forgotten after 24 hours and checkout sessions expire, and search lag.
   */
  public static StripeStandIn start(int port, Clock clock) {
    return new StripeStandIn(port, clock);
  }

  /** Sends each event from now on to an endpoint, signed with its secret, {@code whsec_...}. */
  public void webhooks(URI endpoint, String secret) {
    webhooks.register(endpoint, secret);
  }

  /** Makes a customer, as POST /v1/customers does, and answers its id. */
  public String createCustomer(String name, String email) {
    return create("customers", Map.of("name", name, "email", email));
  }

  /**
   * Makes a subscription to one price ({@code price_...}), as POST /v1/subscriptions does, and
   * answers its id.
   */
  public String createSubscription(String customerId, String priceId) {
    return create("subscriptions", Map.of("customer", customerId, "items[0][price]", priceId));
  }

  /**
   * Does what a person does on the page of an open checkout session: subscribes and pays. Makes the
   * customer, when the session has none, the subscription and its first invoice, and their events;
   * answers the subscription's id.
   *
   * @throws IllegalArgumentException when there is no such session, or it isn't open
   */
  public String completeCheckout(String sessionId) {
    return done(checkout.complete(sessionId, new StripeCause(ids.request(), "")))
        .path("subscription")
        .asText();
  }

  /**
   * Pays the invoice that a subscription owes, else its next one, and answers the invoice's id. A
   * subscription that was past due is active again. Makes invoice.paid.
   *
   * @throws IllegalArgumentException when there is no such subscription, or it isn't billed
   */
  public String payInvoice(String subscriptionId) {
    return invoice(billing.pay(subscriptionId, new StripeCause(ids.request(), "")));
  }

  /**
   * Lets the payment of the invoice that a subscription owes, else of its next one, fail, and
   * answers the invoice's id. The subscription is past due then. Makes invoice.payment_failed.
   *
   * @throws IllegalArgumentException when there is no such subscription, or it isn't billed
   */
  public String failInvoice(String subscriptionId) {
    return invoice(billing.fail(subscriptionId, new StripeCause(ids.request(), "")));
  }

  /**
   * How long after a change to a customer, by the clock, a search hears of it; none unless told. At
   * Stripe it is up to a minute, and longer on a bad day.
   */
  public void searchLag(Duration lag) {
    customers.searchLag(lag);
  }

  /**
   * Makes an event that no operation of the stand-in makes, {@code charge.refunded} for instance,
   * and sends it to the webhooks.
   */
  public StripeEvent emit(String type, String objectJson) {
    ObjectNode object =
        Json.readObject(objectJson)
            .orElseThrow(() -> new IllegalArgumentException("not a JSON object: " + objectJson));
    return events.created(type, object, new StripeCause(ids.request(), ""));
  }

  /** Sends an event again, {@code times} times, as Stripe may at any time. */
  public void send(StripeEvent event, int times) {
    for (int i = 0; i < times; i++) {
      webhooks.send(event);
    }
  }

  /**
   * The api_version that events carry from now on, when it should be another than the one
   * stripe-java is made for. Before 2025-03-31 their invoices and subscriptions have the older
   * shape.
   *
   * @throws IllegalArgumentException when it isn't a version like 2026-07-29.dahlia
   */
  public void apiVersion(String version) {
    events.version(new StripeVersion.Named(version));
  }

  /** Events carry null for api_version from now on, and the oldest shape. */
  public void withoutApiVersion() {
    events.version(new StripeVersion.None());
  }

  /** The newest ten thousand events, the oldest first. */
  public List<StripeEvent> events() {
    return events.list();
  }

  /** A subscription as it is now. */
  public Optional<StripeSubscription> subscription(String id) {
    return subscriptions.find(id).map(StripeStandIn::view);
  }

  @Override
  public int port() {
    return door.port();
  }

  @Override
  public Faults faults() {
    return door.faults();
  }

  @Override
  public ReceivedRequests requests() {
    return door.received();
  }

  @Override
  public void close() {
    door.close();
    webhooks.close();
  }

  private String create(String kind, Map<String, String> parameters) {
    List<String> path = List.of("v1", kind);
    StripeForm form = new StripeForm(new LinkedHashMap<>(parameters));
    StripeOperation operation = routes.find("POST", path).orElseThrow();
    StripeCall call = new StripeCall("POST", path, form, new StripeCause(ids.request(), ""));
    return done(operation.run(call)).path("id").asText();
  }

  private static ObjectNode done(StripeOutcome outcome) {
    return switch (outcome) {
      case StripeOutcome.Done(ObjectNode object) -> object;
      case StripeOutcome.Refused(StripeProblem problem) ->
          throw new IllegalArgumentException(problem.message());
    };
  }

  private static String invoice(StripePayment payment) {
    return switch (payment) {
      case StripePayment.Of(String invoice, String status) -> invoice;
      case StripePayment.None(String reason) -> throw new IllegalArgumentException(reason);
    };
  }

  private static StripeSubscription view(ObjectNode json) {
    JsonNode item = json.path("items").path("data").path(0);
    return new StripeSubscription(
        json.path("id").asText(),
        json.path("customer").asText(),
        item.path("price").path("id").asText(),
        json.path("status").asText(),
        json.path("cancel_at_period_end").asBoolean(),
        Instant.ofEpochSecond(item.path("current_period_end").asLong()));
  }
}
