package dev.tailrace.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.InvalidEventException;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.event.Problem;
import dev.tailrace.contracts.event.Schemas;
import dev.tailrace.contracts.event.SourceReceived;
import dev.tailrace.contracts.outbox.Outbox;
import dev.tailrace.contracts.outbox.Prepared;
import dev.tailrace.contracts.service.EditDistance;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One envelope while it is read: every field is looked at, whatever was wrong before, so that a
 * publisher is told everything at once.
 */
final class EnvelopeDraft {

  private static final List<String> FIELDS =
      List.of(
          "type",
          "tenantId",
          "aggregateType",
          "aggregateId",
          "occurredAt",
          "payload",
          "dedupeKey",
          "version",
          "traceparent");

  /** Stands for a field whose problem is told already, while the others are checked. */
  private static final String PLACEHOLDER = "-";

  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private final JsonNode envelope;
  private final List<Problem> problems = new ArrayList<>();

  private EnvelopeDraft(JsonNode envelope) {
    this.envelope = envelope;
  }

  /** An event that can be appended, or all that keeps the envelope from being one. */
  sealed interface Reading {}

  record Complete(Prepared event) implements Reading {}

  record Faulty(List<Problem> problems) implements Reading {}

  /**
   * @param payload the text of the payload, if the envelope has one
   * @param traceparent for an envelope that brings none
   * @param now for an envelope that does not say when
   */
  static Reading read(
      JsonNode envelope, String payload, Optional<String> traceparent, Instant now) {
    if (!envelope.isObject()) {
      return new Faulty(List.of(new Problem("", "must be an object, was " + kind(envelope))));
    }
    var draft = new EnvelopeDraft(envelope);
    Optional<Prepared> event = draft.event(payload, traceparent, now);
    return event.isPresent() && draft.problems.isEmpty()
        ? new Complete(event.get())
        : new Faulty(draft.problems);
  }

  private Optional<Prepared> event(String payload, Optional<String> traceparent, Instant now) {
    unknownFields();
    version();
    Optional<EventType<?>> type = type();
    String tenant = required("tenantId");
    String aggregateId = required("aggregateId");
    Optional<String> aggregateType = optional("aggregateType");
    Optional<String> dedupeKey = optional("dedupeKey");
    Instant occurredAt = occurredAt().orElse(now);
    Origin origin = Origin.traced(traceparent().or(() -> traceparent));
    payloadIsObject();
    return type.flatMap(
        catalogued ->
            checked(
                () ->
                    new NewEvent(
                        catalogued,
                        tenant,
                        aggregateType.orElse(catalogued.aggregateType()),
                        aggregateId,
                        occurredAt,
                        payload,
                        dedupeKey,
                        origin),
                catalogued));
  }

  /** Makes the event and prepares it; adds what the contract has against it. */
  private Optional<Prepared> checked(Supplier<NewEvent> event, EventType<?> type) {
    boolean hasPayload = envelope.path("payload").isObject();
    NewEvent made;
    try {
      made = event.get();
    } catch (InvalidEventException e) {
      problems.addAll(e.problems());
      if (hasPayload) {
        problems.addAll(Schemas.problems(type, envelope.path("payload")));
      }
      return Optional.empty();
    }
    return hasPayload ? prepared(made) : Optional.empty();
  }

  private Optional<Prepared> prepared(NewEvent event) {
    try {
      return Optional.of(Outbox.prepare(event));
    } catch (InvalidEventException e) {
      problems.addAll(e.problems());
      return Optional.empty();
    }
  }

  private void unknownFields() {
    for (String field : (Iterable<String>) envelope::fieldNames) {
      if (field.equals("id")) {
        problem(field, "is made by the append: leave it out, and use dedupeKey to send twice");
      } else if (!FIELDS.contains(field)) {
        problem(
            field,
            EditDistance.nearest(field, FIELDS)
                .map(known -> "unknown; did you mean " + known + "?")
                .orElse("unknown; known are " + String.join(", ", FIELDS)));
      }
    }
  }

  private void version() {
    JsonNode version = envelope.path("version");
    if (!version.isMissingNode() && !(version.isInt() && version.intValue() == Envelope.VERSION)) {
      problem("version", "must be " + Envelope.VERSION);
    }
  }

  private Optional<EventType<?>> type() {
    String name = required("type");
    if (name.equals(PLACEHOLDER)) {
      return Optional.empty();
    }
    Optional<EventType<?>> type = Catalogue.find(name);
    if (type.isEmpty()) {
      List<String> names = Catalogue.types().stream().map(EventType::name).toList();
      problem(
          "type",
          "is not in the catalogue"
              + EditDistance.nearest(name, names)
                  .map(known -> "; did you mean " + known + "?")
                  .orElse(""));
    } else if (type.get().payload() == SourceReceived.class) {
      problem("type", "is given to verified deliveries alone: have them posted to their webhook");
    }
    return type;
  }

  private Optional<Instant> occurredAt() {
    Optional<String> text = optional("occurredAt");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      Instant at = Instant.parse(text.get());
      if (text.get().endsWith("Z") && !at.isBefore(EARLIEST) && !at.isAfter(LATEST)) {
        return Optional.of(at);
      }
    } catch (DateTimeException e) {
      // Told below, with what is wrong in other ways.
    }
    problem("occurredAt", "must be an instant of 1970 to 9999, such as 2026-01-31T10:00:00.123Z");
    return Optional.empty();
  }

  private Optional<String> traceparent() {
    Optional<String> text = optional("traceparent");
    if (text.isPresent() && !Traceparent.isWellFormed(text.get())) {
      problem("traceparent", "must be a W3C trace context, 00-<32 hex>-<16 hex>-<2 hex>");
      return Optional.empty();
    }
    return text;
  }

  private void payloadIsObject() {
    JsonNode payload = envelope.path("payload");
    if (payload.isMissingNode()) {
      problem("payload", "is missing");
    } else if (!payload.isObject()) {
      problem("payload", "must be an object, was " + kind(payload));
    }
  }

  private String required(String field) {
    if (envelope.path(field).isMissingNode()) {
      problem(field, "is missing");
    }
    return optional(field).orElse(PLACEHOLDER);
  }

  /** The field's text; empty when it is missing, or told to be wrong. */
  private Optional<String> optional(String field) {
    JsonNode value = envelope.path(field);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      problem(field, "must be a string, was " + kind(value));
      return Optional.empty();
    }
    if (value.textValue().isBlank()) {
      problem(field, "must not be blank");
      return Optional.empty();
    }
    return Optional.of(value.textValue());
  }

  private void problem(String field, String problem) {
    problems.add(new Problem("/" + field.replace("~", "~0").replace("/", "~1"), problem));
  }

  private static String kind(JsonNode value) {
    return value.getNodeType().name().toLowerCase(Locale.ROOT);
  }
}
