package dev.tailrace.effects;

import dev.tailrace.contracts.event.Envelope;

/**
 * A chain of events that cause each other has grown so long that it must be a loop; the effect that
 * would add to it is dead.
 */
final class EventLoopException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  EventLoopException(Envelope cause) {
    super(
        "event %s of type %s stands at depth %d of a chain: a loop of consumers that cause each other's events"
            .formatted(cause.id(), cause.type(), cause.origin().depth()));
  }
}
