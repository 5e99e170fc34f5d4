package dev.tailrace.effects;

import dev.tailrace.contracts.event.Event;
import java.util.List;

/**
 * Names what an event is carried out for, one effect each.
 *
 * <p>It may look things up: it is run like a handler, with its retries, and what it answered is
 * kept before any of the effects runs, so that a repeat is for the same ones.
 */
@FunctionalInterface
public interface Items<E extends Event> {

  /**
   * The items, such as ids of machines: not blank, each once, at most 10 000; none when there is
   * nothing to do.
   */
  List<String> of(Received<E> received) throws Exception;
}
