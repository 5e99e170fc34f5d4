package dev.tailrace.contracts.event;

import java.util.Optional;

/**
 * Where an event came from.
 *
 * @param causedBy the event and consumer that made this one
 * @param depth how many events lie between this one and the first of its chain; a chain of over 16
 *     is taken for a loop
 * @param traceparent the W3C trace context of the request or of the event being handled
 */
public record Origin(Optional<CausedBy> causedBy, int depth, Optional<String> traceparent) {

  /** An event that nothing known has caused. */
  public static final Origin NONE = new Origin(Optional.empty(), 0, Optional.empty());

  /** The origin of a request that carries this trace context, if any. */
  public static Origin traced(Optional<String> traceparent) {
    return traceparent.isEmpty() ? NONE : new Origin(Optional.empty(), 0, traceparent);
  }
}
