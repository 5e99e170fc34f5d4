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

  /**
   * The same event of the tenant, and about the aggregate, that were found for it.
   *
   * @throws dev.tailrace.contracts.event.InvalidEventException when one of them is malformed
   */
  public Prepared addressed(String tenantId, String aggregateType, String aggregateId) {
    return new Prepared(id, event.ownedBy(tenantId).about(aggregateType, aggregateId));
  }

  public UUID id() {
    return id;
  }

  public NewEvent event() {
    return event;
  }
}
