package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.standins.StripeParameters.Kind;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Customers and what can be done with them, listing and searching among it. */
final class StripeCustomers {

  private static final List<String> TEXTS = List.of("name", "email", "phone", "description");
  private static final List<String> ADDRESS =
      List.of("line1", "line2", "city", "state", "postal_code", "country");
  private static final Map<String, Kind> NESTED =
      Map.of("metadata.*", Kind.METADATA, "address.*", Kind.TEXT);
  private static final StripeList PAGES = new StripeList("customer", "/v1/customers");

  static final StripeParameters CREATE = StripeParameters.of(NESTED).and(all(Kind.FILLED));
  static final StripeParameters UPDATE = StripeParameters.of(NESTED).and(all(Kind.TEXT));
  static final StripeParameters LIST = StripeList.PARAMETERS.and(Map.of("email", Kind.FILLED));
  static final StripeParameters SEARCH =
      StripeParameters.of(Map.of("query", Kind.FILLED, "limit", Kind.LIMIT)).requiring("query");

  private final Clock clock;
  private final StripeIds ids;
  private final StripeEvents events;
  private final StripeSearchIndex index;
  private final Map<String, ObjectNode> customers = new LinkedHashMap<>();

  StripeCustomers(Clock clock, StripeIds ids, StripeEvents events) {
    this.clock = clock;
    this.ids = ids;
    this.events = events;
    this.index = new StripeSearchIndex(clock);
  }

  StripeOutcome create(StripeCall call) {
    return new StripeOutcome.Done(make(call.form(), call.cause()));
  }

  /** Makes a customer from parameters that were looked at, and answers a copy. */
  synchronized ObjectNode make(StripeForm form, StripeCause cause) {
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
    apply(form, customer);
    customers.put(id, customer);
    index.changed(customer);
    events.created("customer.created", customer, cause);
    return customer.deepCopy();
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
      index.changed(customer);
      events.changed("customer.updated", before, customer, call.cause());
    }
    return new StripeOutcome.Done(customer.deepCopy());
  }

  synchronized StripeOutcome list(StripeCall call) {
    return PAGES.page(call, customers.values(), StripeList.matching(call.form(), "email"));
  }

  /** Finds what the search has heard of, and shows it as it is now. */
  synchronized StripeOutcome search(StripeCall call) {
    return switch (StripeSearchQuery.read(call.form().text("query").orElse(""))) {
      case StripeSearchQuery.Reading.Understood(StripeSearchQuery query) ->
          new StripeOutcome.Done(found(query, StripeList.limit(call.form())));
      case StripeSearchQuery.Reading.Refused(StripeProblem problem) ->
          StripeOutcome.refused(problem);
    };
  }

  /** How long after a change a search hears of it. */
  void searchLag(Duration lag) {
    index.lag(lag);
  }

  synchronized Optional<ObjectNode> find(String id) {
    return Optional.ofNullable(customers.get(id)).map(ObjectNode::deepCopy);
  }

  private ObjectNode found(StripeSearchQuery query, long limit) {
    List<ObjectNode> found =
        index.known().stream()
            .filter(query::matches)
            .map(known -> customers.getOrDefault(known.path("id").asText(), known))
            .toList();
    ObjectNode result = Json.object().put("object", "search_result");
    result.set("data", StripeList.copies(found, limit));
    result.put("has_more", found.size() > limit).putNull("next_page");
    return result.put("url", PAGES.url() + "/search");
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
