package dev.tailrace.ingest;

import static dev.tailrace.ingest.ForeignJson.epochSecond;
import static dev.tailrace.ingest.ForeignJson.id;
import static dev.tailrace.ingest.ForeignJson.instant;
import static dev.tailrace.ingest.ForeignJson.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.StripeEvent;
import dev.tailrace.ingest.Outcome.Rejected;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * Stripe: {@code POST /webhooks/stripe}.
 *
 * <p>It sends two kinds of body, told apart by their {@code object}. A snapshot event carries the
 * object that it is about; a thin one ({@code v2.core.event}) only names it. Types without a line
 * in the catalogue, and all thin ones, become {@link StripeEvent.Other}: an unknown type is never
 * an error. The object is passed on as Stripe shaped it, less what the catalogue redacts.
 */
final class StripeSource implements WebhookSource {

  private static final String PREFIX = "stripe:";

  private static final Answer RECEIVED =
      Answer.json(200, Json.MAPPER.createObjectNode().put("received", true));

  private final StripeSignature signature;
  private final int bodyLimit;

  StripeSource(Keys keys, int bodyLimit, Clock clock) {
    this.signature = new StripeSignature(keys, clock);
    this.bodyLimit = bodyLimit;
  }

  @Override
  public String name() {
    return "stripe";
  }

  @Override
  public String route() {
    return "/webhooks/stripe";
  }

  @Override
  public int bodyLimit() {
    return bodyLimit;
  }

  @Override
  public Verification verify(Headers headers, Body body) {
    return signature.verify(headers, body);
  }

  @Override
  public Answer accepted() {
    return RECEIVED;
  }

  @Override
  public Reading read(Headers headers, Body body) {
    return ForeignJson.read(body, event -> meaning(body, event));
  }

  private Reading meaning(Body body, JsonNode event) {
    return switch (event.path("object").asText()) {
      case "event" -> snapshot(body, event);
      case "v2.core.event" -> thin(body, event);
      default -> Rejected.malformed("the body is no event of Stripe");
    };
  }

  private Reading snapshot(Body body, JsonNode event) {
    if (!(event.path("data").path("object") instanceof ObjectNode object)) {
      return Rejected.malformed("the event has no data.object");
    }
    return delivery(
        body, event, epochSecond(event.path("created")), object, type(event.path("type").asText()));
  }

  private Reading thin(Body body, JsonNode event) {
    ObjectNode object =
        event.path("related_object") instanceof ObjectNode related
            ? related
            : Json.MAPPER.createObjectNode();
    return delivery(
        body, event, instant(event.path("created")), object, Catalogue.of(StripeEvent.Other.class));
  }

  private Reading delivery(
      Body body,
      JsonNode event,
      Optional<Instant> created,
      ObjectNode object,
      EventType<?> catalogued) {
    Optional<String> id = id(event.path("id"));
    if (id.isEmpty()) {
      return Rejected.malformed("the event has no id");
    }
    Optional<String> type = text(event.path("type"));
    if (type.isEmpty()) {
      return Rejected.malformed("the event has no type");
    }
    if (created.isEmpty()) {
      return Rejected.malformed("the event does not say when it was created");
    }
    Redaction.remove(catalogued.redacted(), object);
    StripeEvent told = told(catalogued, id.get(), type.get(), created.get(), event, object);
    return new Delivery(
        name(), id.get(), owner(event, told), told, created.get(), body, Optional.empty());
  }

  /**
   * Goes by the record's own fields, so that a new type of Stripe's needs a line in the catalogue
   * and nothing here.
   */
  private static StripeEvent told(
      EventType<?> catalogued,
      String id,
      String type,
      Instant created,
      JsonNode event,
      ObjectNode object) {
    ObjectNode fields =
        Json.MAPPER
            .createObjectNode()
            .put("id", id)
            .put("type", type)
            .put("created", created.toString());
    text(event.path("api_version")).ifPresent(version -> fields.put("apiVersion", version));
    fields.set("object", object);
    return Json.MAPPER.convertValue(fields, catalogued.payload().asSubclass(StripeEvent.class));
  }

  /** The catalogue finds more under our prefix than is Stripe's: {@code <any>:received}. */
  private static EventType<?> type(String stripes) {
    return Catalogue.find(PREFIX + stripes)
        .filter(type -> StripeEvent.class.isAssignableFrom(type.payload()))
        .orElseGet(() -> Catalogue.of(StripeEvent.Other.class));
  }

  private static Owner owner(JsonNode event, StripeEvent told) {
    return new Owner.StripeCustomer(
        told.customer(), "stripe/" + text(event.path("account")).orElse("platform"));
  }
}
