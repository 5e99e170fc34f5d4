package dev.tailrace.effects;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Event;

/**
 * One try to carry out what must follow from one event.
 *
 * @param consumer whose effect it is
 * @param attempt 1 for the first try
 */
public record Effect<E extends Event>(Received<E> received, String consumer, int attempt) {

  public E event() {
    return received.event();
  }

  public Envelope envelope() {
    return received.envelope();
  }

  /**
   * The same on every try, so that a destination that dedupes by it carries the effect out once.
   */
  public String idempotencyKey() {
    return envelope().id() + ":" + consumer;
  }
}
