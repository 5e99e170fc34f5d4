package dev.tailrace.ingest;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.event.Origin;
import java.time.Instant;
import java.util.Optional;

/**
 * A verified and understood delivery, ready to be stored: all that {@link Storage} needs to know of
 * it, whoever sent it.
 *
 * @param source the provider
 * @param dedupeKey what the provider calls it, however often it sends it
 * @param owner whose it is, as far as the provider can say
 * @param told what our consumers get
 * @param body the bytes as they came
 * @param traceparent the trace context of the request
 */
record Delivery(
    String source,
    String dedupeKey,
    Owner owner,
    Told told,
    Body body,
    Optional<String> traceparent)
    implements WebhookSource.Reading {

  /**
   * The event, before it is known whose it is.
   *
   * @param type under which it is told; of a configured sender, not the record alone says that
   * @param occurredAt when it happened, by the provider's clock
   * @param about what it is about, where the record does not say
   */
  record Told(EventType<?> type, Event event, Instant occurredAt, Optional<About> about) {}

  /** A thing that events are about. */
  record About(String aggregateType, String aggregateId) {}

  /** Of an event whose record says all of it. */
  Delivery(
      String source,
      String dedupeKey,
      Owner owner,
      Event event,
      Instant occurredAt,
      Body body,
      Optional<String> traceparent) {
    this(
        source,
        dedupeKey,
        owner,
        new Told(
            Catalogue.of(event.getClass().asSubclass(Event.class)),
            event,
            occurredAt,
            Optional.empty()),
        body,
        traceparent);
  }

  Event event() {
    return told.event();
  }

  Instant occurredAt() {
    return told.occurredAt();
  }

  /**
   * The event to append, once its tenant is known.
   *
   * @throws dev.tailrace.contracts.event.InvalidEventException when it can't be one
   */
  NewEvent newEvent(String tenantId) {
    NewEvent event =
        NewEvent.of(told.type(), tenantId, told.occurredAt(), told.event())
            .withOrigin(Origin.traced(traceparent));
    return told.about()
        .map(about -> event.about(about.aggregateType(), about.aggregateId()))
        .orElse(event);
  }

  Delivery tracedBy(Optional<String> context) {
    return new Delivery(source, dedupeKey, owner, told, body, context);
  }
}
