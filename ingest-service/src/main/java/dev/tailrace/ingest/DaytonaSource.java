package dev.tailrace.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.DaytonaEvent;
import dev.tailrace.contracts.event.DaytonaEvent.SandboxCreated;
import dev.tailrace.contracts.event.DaytonaEvent.SandboxStateUpdated;
import dev.tailrace.ingest.Outcome.Rejected;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Daytona: {@code POST /webhooks/daytona}, signed as Standard Webhooks are; what happened stands
 * under {@code event}.
 *
 * <p>Events overtake one another and some are lost, so that each carries the time of its change. A
 * state that nobody here has heard of is passed on as it is.
 */
final class DaytonaSource implements WebhookSource {

  private final StandardSignature signature;
  private final int bodyLimit;

  DaytonaSource(Keys keys, int bodyLimit, Clock clock) {
    this.signature = new StandardSignature(keys, clock);
    this.bodyLimit = bodyLimit;
  }

  @Override
  public String name() {
    return "daytona";
  }

  @Override
  public String route() {
    return "/webhooks/daytona";
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
    return Answer.empty(200);
  }

  @Override
  public Reading read(Headers headers, Body body) {
    return ForeignJson.read(body, json -> meaning(headers, body, json));
  }

  private Reading meaning(Headers headers, Body body, JsonNode json) {
    Optional<String> delivery = StandardSignature.id(headers);
    if (delivery.isEmpty()) {
      return SignatureCheck.missing();
    }
    Optional<String> type = ForeignJson.text(json.path("event"));
    if (type.isEmpty() || !(json instanceof ObjectNode told)) {
      return Rejected.malformed("the body is no event of Daytona");
    }
    Optional<String> organization = organization(told);
    if (organization.isEmpty()) {
      return Rejected.malformed("the organization has no id");
    }
    return switch (type.get()) {
      case "sandbox.created" ->
          sandbox(delivery.get(), organization.get(), body, told, told.path("state"));
      case "sandbox.state.updated" ->
          sandbox(delivery.get(), organization.get(), body, told, told.path("newState"));
      default -> other(headers, delivery.get(), organization.get(), body, told, type.get());
    };
  }

  private Reading sandbox(
      String delivery, String organization, Body body, ObjectNode told, JsonNode state) {
    Optional<String> id = ForeignJson.id(told.path("id"));
    if (id.isEmpty()) {
      return Rejected.malformed("the sandbox has no id");
    }
    Optional<String> newState = ForeignJson.text(state);
    if (newState.isEmpty()) {
      return Rejected.malformed("the sandbox has no state");
    }
    Optional<Instant> at = at(told);
    if (at.isEmpty()) {
      return undated();
    }
    DaytonaEvent event =
        told.path("event").asText().equals("sandbox.created")
            ? new SandboxCreated(id.get(), newState.get(), at.get(), told)
            : new SandboxStateUpdated(
                id.get(), ForeignJson.text(told.path("oldState")), newState.get(), at.get(), told);
    Redaction.remove(Catalogue.of(event.getClass()).redacted(), told);
    return delivery(delivery, new Owner.Sandbox(id.get(), organization), event, at.get(), body);
  }

  /** What is not known to carry an id or a time has those of its delivery. */
  private Reading other(
      Headers headers,
      String delivery,
      String organization,
      Body body,
      ObjectNode told,
      String type) {
    Optional<Instant> at = at(told).or(() -> StandardSignature.at(headers));
    Redaction.remove(Catalogue.of(DaytonaEvent.Other.class).redacted(), told);
    return at.isPresent()
        ? delivery(
            delivery,
            new Owner.Nobody("daytona/" + organization),
            new DaytonaEvent.Other(ForeignJson.id(told.path("id")).orElse(delivery), type, told),
            at.get(),
            body)
        : undated();
  }

  private Delivery delivery(
      String delivery, Owner owner, DaytonaEvent event, Instant at, Body body) {
    return new Delivery(name(), delivery, owner, event, at, body, Optional.empty());
  }

  private static Rejected undated() {
    return Rejected.malformed("the event does not say when it happened");
  }

  /** When the change was made; {@code timestamp} is only when it was told. */
  private static Optional<Instant> at(ObjectNode told) {
    return Stream.of("updatedAt", "createdAt", "timestamp")
        .flatMap(field -> ForeignJson.instant(told.path(field)).stream())
        .findFirst();
  }

  private static Optional<String> organization(ObjectNode told) {
    JsonNode id = told.path("organizationId");
    return id.isMissingNode() || id.isNull() ? Optional.of("platform") : ForeignJson.account(id);
  }
}
