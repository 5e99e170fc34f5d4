package dev.tailrace.contracts.journal;

import dev.tailrace.contracts.event.Envelope;
import java.util.List;

/**
 * What a browser has missed.
 *
 * @param events in commit order
 * @param complete whether nothing is left out that was in Kafka when it was asked: neither by the
 *     limit, nor on its way to the journal
 */
public record Missed(List<Envelope> events, boolean complete) {

  public Missed {
    events = List.copyOf(events);
  }
}
