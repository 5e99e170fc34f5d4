package dev.tailrace.contracts.outbox;

import dev.tailrace.contracts.event.NewEvent;
import java.util.UUID;

/**
 * An event that was found good, with the id that its append will give it; made by {@link
 * Outbox#prepare} alone.
 */
public final class Prepared {

  private final UUID id;
  private final NewEvent event;

  Prepared(UUID id, NewEvent event) {
    this.id = id;
    this.event = event;
  }

  public UUID id() {
    return id;
  }

  public NewEvent event() {
    return event;
  }
}
