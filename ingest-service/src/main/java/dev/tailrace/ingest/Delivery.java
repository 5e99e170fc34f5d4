package dev.tailrace.ingest;

import dev.tailrace.contracts.event.Event;
import java.time.Instant;
import java.util.Optional;

/**
 * A verified and understood delivery, ready to be stored: all that {@link Deliveries} needs to know
 * of it, whoever sent it.
 *
 * @param source the provider
 * @param dedupeKey what the provider calls it, however often it sends it
 * @param owner whose it is, as far as the provider can say
 * @param event what our consumers get
 * @param occurredAt when it happened, by the provider's clock
 * @param body the bytes as they came
 * @param traceparent the trace context of the request
 */
record Delivery(
    String source,
    String dedupeKey,
    Owner owner,
    Event event,
    Instant occurredAt,
    Body body,
    Optional<String> traceparent)
    implements WebhookSource.Reading {

  Delivery tracedBy(Optional<String> context) {
    return new Delivery(source, dedupeKey, owner, event, occurredAt, body, context);
  }
}
