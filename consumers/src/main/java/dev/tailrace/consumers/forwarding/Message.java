package dev.tailrace.consumers.forwarding;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.effects.Effect;
import java.util.Optional;

/**
 * What is posted to a machine.
 *
 * @param id the event's, the same on every try: a daemon knows a repeat by it
 * @param eventType such as {@code slack:event.received}
 * @param laneSeq greater than that of every try before it in its lane
 * @param path where on the machine
 * @param body JSON
 */
record Message(
    String id,
    String eventType,
    long laneSeq,
    Optional<String> traceparent,
    String path,
    String body) {

  static <E extends Event> Message of(Effect<E> effect, String path, String body) {
    Envelope envelope = effect.envelope();
    return new Message(
        envelope.id().toString(),
        envelope.type(),
        effect.laneSeq(),
        envelope.origin().traceparent(),
        path,
        body);
  }

  /** Leaves the body out. */
  @Override
  public String toString() {
    return "Message[%s, %s, %s]".formatted(id, eventType, path);
  }
}
