package dev.tailrace.contracts.event;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * An event before it is appended: all of the envelope that its emitter decides. The id is made by
 * the append, the {@code seq} by the relay.
 *
 * <p>Holding one means that its fields are well-formed; that the payload fits the schema is checked
 * by {@link #check} (which {@code Outbox.append} calls), since it costs more.
 *
 * @param tenantId the organisation; there is no default
 * @param aggregateId what the event is about; the Kafka key
 * @param occurredAt business time, the producer's clock; kept to the microsecond
 * @param payload a JSON object, passed on byte for byte
 * @param dedupeKey a second append of the same type and key is a no-op that says so
 * @param origin where it came from: the event that caused it, the trace
 */
public record NewEvent(
    EventType<?> type,
    String tenantId,
    String aggregateType,
    String aggregateId,
    Instant occurredAt,
    String payload,
    Optional<String> dedupeKey,
    Origin origin) {

  public NewEvent {
    occurredAt = occurredAt.truncatedTo(ChronoUnit.MICROS);
    if (type.isFamily()) {
      throw new IllegalArgumentException(type.name() + " stands for many types: name the one");
    }
    List<Problem> problems =
        EnvelopeRules.problems(tenantId, aggregateType, aggregateId, dedupeKey);
    if (!problems.isEmpty()) {
      throw new InvalidEventException(type.name(), problems);
    }
  }

  /** The event of this record, keyed as the catalogue says. */
  public static <E extends Event> NewEvent of(String tenantId, Instant occurredAt, E event) {
    return of(Catalogue.of(event.getClass().asSubclass(Event.class)), tenantId, occurredAt, event);
  }

  /**
   * The event of this record under a type whose name its emitter gives, such as {@code rpc:...}.
   */
  public static NewEvent of(EventType<?> type, String tenantId, Instant occurredAt, Event event) {
    return new NewEvent(
        type,
        tenantId,
        type.aggregateType(),
        type.aggregateIdOf(event),
        occurredAt,
        Json.write(event),
        Optional.empty(),
        Origin.NONE);
  }

  /** About something else than the catalogue says for its type. */
  public NewEvent about(String otherAggregateType, String otherAggregateId) {
    return new NewEvent(
        type,
        tenantId,
        otherAggregateType,
        otherAggregateId,
        occurredAt,
        payload,
        dedupeKey,
        origin);
  }

  /** Of another tenant: the one that was found for it. */
  public NewEvent ownedBy(String otherTenantId) {
    return new NewEvent(
        type, otherTenantId, aggregateType, aggregateId, occurredAt, payload, dedupeKey, origin);
  }

  public NewEvent withDedupeKey(String key) {
    return new NewEvent(
        type, tenantId, aggregateType, aggregateId, occurredAt, payload, Optional.of(key), origin);
  }

  public NewEvent withOrigin(Origin from) {
    return new NewEvent(
        type, tenantId, aggregateType, aggregateId, occurredAt, payload, dedupeKey, from);
  }

  /** The size of the whole envelope, in UTF-8 bytes: what every limit is measured by. */
  public int envelopeBytes() {
    return EnvelopeRules.bytes(this);
  }

  /** Everything that keeps this event out of the outbox; empty when nothing does. */
  public List<Problem> check() {
    return EnvelopeRules.payloadProblems(this);
  }
}
