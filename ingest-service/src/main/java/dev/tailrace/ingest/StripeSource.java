package dev.tailrace.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.StripeEvent;
import dev.tailrace.ingest.Outcome.Rejected;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
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

  /** The last second of the year 9999. */
  private static final long LAST_SECOND = 253_402_300_799L;

  private static final int LONGEST_ID = 255;

  private static final Answer RECEIVED =
      Answer.json(200, Json.MAPPER.createObjectNode().put("received", true));

  private final StripeSignature signature;
  private final int bodyLimit;

  StripeSource(List<String> secrets, int bodyLimit, Clock clock) {
    this.signature = new StripeSignature(secrets, clock);
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
    Optional<JsonNode> json = body.text().flatMap(StripeSource::parsed);
    if (json.isEmpty()) {
      return Rejected.malformed("the body is no JSON");
    }
    JsonNode event = json.get();
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
    Optional<String> id = text(event.path("id")).filter(text -> text.length() <= LONGEST_ID);
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

  private static EventType<?> type(String stripes) {
    return Catalogue.find(PREFIX + stripes).orElseGet(() -> Catalogue.of(StripeEvent.Other.class));
  }

  private static Owner owner(JsonNode event, StripeEvent told) {
    return new Owner.StripeCustomer(
        told.customer(), "stripe/" + text(event.path("account")).orElse("platform"));
  }

  private static Optional<JsonNode> parsed(String text) {
    try {
      return Optional.of(Json.read(text)).filter(json -> !json.isMissingNode());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> epochSecond(JsonNode created) {
    return created.isIntegralNumber()
            && created.canConvertToLong()
            && created.longValue() >= 0
            && created.longValue() <= LAST_SECOND
        ? Optional.of(Instant.ofEpochSecond(created.longValue()))
        : Optional.empty();
  }

  private static Optional<Instant> instant(JsonNode created) {
    try {
      return text(created)
          .map(Instant::parse)
          .filter(at -> at.getEpochSecond() >= 0 && at.getEpochSecond() <= LAST_SECOND);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(JsonNode node) {
    return node.isTextual() && !node.textValue().isBlank() && node.textValue().indexOf('\0') < 0
        ? Optional.of(node.textValue())
        : Optional.empty();
  }
}
