package dev.tailrace.effects;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Event;

/** An event as a consumer gets it: what happened, and all that the envelope says of it. */
public record Received<E extends Event>(Envelope envelope, E event) {

  public String tenantId() {
    return envelope.tenantId();
  }
}
