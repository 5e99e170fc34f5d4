package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.standins.StripeParameters.Kind;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Customers and what can be done with them. */
final class StripeCustomers {

  private static final List<String> TEXTS = List.of("name", "email", "phone", "description");
  private static final List<String> ADDRESS =
      List.of("line1", "line2", "city", "state", "postal_code", "country");
  private static final Map<String, Kind> NESTED =
      Map.of("metadata.*", Kind.TEXT, "address.*", Kind.TEXT);

  static final StripeParameters CREATE = StripeParameters.of(NESTED).and(all(Kind.FILLED));
  static final StripeParameters UPDATE = StripeParameters.of(NESTED).and(all(Kind.TEXT));

  private final Clock clock;
  private final StripeIds ids;
  private final StripeEvents events;
  private final Map<String, ObjectNode> customers = new LinkedHashMap<>();

  StripeCustomers(Clock clock, StripeIds ids, StripeEvents events) {
    this.clock = clock;
    this.ids = ids;
    this.events = events;
  }

  synchronized StripeOutcome create(StripeCall call) {
    String id = ids.customer();
    ObjectNode customer = Json.object().put("id", id).put("object", "customer");
    customer.putNull("address").put("balance", 0).put("created", clock.instant().getEpochSecond());
    customer.putNull("currency").putNull("default_source").put("delinquent", false);
    TEXTS.forEach(customer::putNull);
    customer
        .put("invoice_prefix", id.substring(4, 12).toUpperCase(Locale.ROOT))
        .put("livemode", false);
    customer.putObject("metadata");
    customer.putArray("preferred_locales");
    customer.putNull("shipping").put("tax_exempt", "none").putNull("test_clock");
    apply(call.form(), customer);
    customers.put(id, customer);
    events.created("customer.created", customer, call.cause());
    return new StripeOutcome.Done(customer.deepCopy());
  }

  synchronized StripeOutcome retrieve(StripeCall call) {
    return find(call.id())
        .<StripeOutcome>map(StripeOutcome.Done::new)
        .orElseGet(() -> missing(call.id()));
  }

  synchronized StripeOutcome update(StripeCall call) {
    ObjectNode customer = customers.get(call.id());
    if (customer == null) {
      return missing(call.id());
    }
    ObjectNode before = customer.deepCopy();
    apply(call.form(), customer);
    if (!before.equals(customer)) {
      events.changed("customer.updated", before, customer, call.cause());
    }
    return new StripeOutcome.Done(customer.deepCopy());
  }

  synchronized Optional<ObjectNode> find(String id) {
    return Optional.ofNullable(customers.get(id)).map(ObjectNode::deepCopy);
  }

  private static StripeOutcome missing(String id) {
    return StripeOutcome.refused(StripeProblem.missing("customer", id, "id"));
  }

  private static void apply(StripeForm form, ObjectNode customer) {
    for (String name : TEXTS) {
      form.text(name).ifPresent(value -> StripeFields.put(customer, name, value));
    }
    StripeFields.mergeMetadata(customer, form);
    Map<String, String> address = form.under("address");
    if (!address.isEmpty()) {
      ObjectNode json = customer.putObject("address");
      ADDRESS.forEach(line -> StripeFields.put(json, line, address.getOrDefault(line, "")));
    }
  }

  private static Map<String, Kind> all(Kind kind) {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    TEXTS.forEach(name -> kinds.put(name, kind));
    return kinds;
  }
}
