package dev.tailrace.effects;

import dev.tailrace.contracts.event.CausedBy;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.outbox.Appended;
import dev.tailrace.contracts.outbox.Outbox;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/**
 * The transaction in which a handler's rows, the events that it appends, and the record that the
 * effect is done commit together.
 */
public final class Transaction {

  /** A chain of events that is longer is taken for a loop. */
  static final int MAX_DEPTH = 16;

  private final Connection connection;
  private final Envelope cause;
  private final String consumer;

  Transaction(Connection connection, Envelope cause, String consumer) {
    this.connection = connection;
    this.cause = cause;
    this.consumer = consumer;
  }

  /** For the handler's own rows; committed and closed by the runtime, never by the handler. */
  public Connection connection() {
    return connection;
  }

  /**
   * Appends an event of the same tenant that this effect has caused; where it came from is set by
   * itself.
   */
  public Appended append(Event event, Instant occurredAt) throws SQLException {
    return append(cause.tenantId(), event, occurredAt);
  }

  /**
   * As {@link #append(Event, Instant)}, but of the tenant that it was found to be of since: when a
   * webhook came that is its cause, nobody may have been known to own it.
   */
  public Appended append(String tenantId, Event event, Instant occurredAt) throws SQLException {
    Origin from = cause.origin();
    if (from.depth() >= MAX_DEPTH) {
      throw new EventLoopException(cause);
    }
    var origin =
        new Origin(
            Optional.of(new CausedBy(cause.id(), consumer)), from.depth() + 1, from.traceparent());
    return Outbox.append(connection, NewEvent.of(tenantId, occurredAt, event).withOrigin(origin));
  }
}
