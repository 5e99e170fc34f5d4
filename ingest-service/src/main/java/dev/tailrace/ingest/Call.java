package dev.tailrace.ingest;

import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.outbox.Outbox;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/**
 * A call of a procedure while it runs: who calls, and the transaction that all of it is in.
 *
 * @param connection in a transaction, which the caller of the procedure ends
 * @param now the time of the call
 * @param traceparent the trace context of the request
 */
record Call(Connection connection, Caller caller, Instant now, Optional<String> traceparent) {

  /** The tenant of what belongs to no organisation: people, estates, canaries. */
  static final String PLATFORM = "platform";

  /** Appends an event of this moment to the transaction. */
  void emit(String tenantId, Event event) throws SQLException {
    Outbox.append(
        connection, NewEvent.of(tenantId, now, event).withOrigin(Origin.traced(traceparent)));
  }
}
