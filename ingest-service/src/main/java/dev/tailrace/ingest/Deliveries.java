package dev.tailrace.ingest;

import dev.tailrace.contracts.event.InvalidEventException;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.outbox.Outbox;
import dev.tailrace.ingest.Outcome.Accepted;
import dev.tailrace.ingest.Outcome.Duplicate;
import dev.tailrace.ingest.Outcome.Rejected;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/**
 * Stores deliveries: receipt, raw body and outbox event in one transaction, or none of them.
 *
 * <p>The receipt's unique key is what makes a redelivery harmless. A redelivery that comes later is
 * seen by a read; of two at the same time the later one waits for the key, finds it taken, and
 * takes its own event back.
 */
final class Deliveries {

  private final Transactions transactions;

  Deliveries(Transactions transactions) {
    this.transactions = transactions;
  }

  /**
   * Stores the delivery; when this returns, what it says is committed.
   *
   * @throws SQLException when the database is away: nothing is known of the delivery then, and the
   *     provider shall send it again
   */
  Outcome store(Delivery delivery) throws SQLException {
    try {
      return transactions.run(connection -> storeIn(connection, delivery));
    } catch (InvalidEventException e) {
      return Rejected.unacceptable(e.problems());
    }
  }

  private static Outcome storeIn(Connection connection, Delivery delivery) throws SQLException {
    Optional<UUID> first = receipt(connection, delivery);
    if (first.isPresent()) {
      return new Duplicate(first.get());
    }
    String tenant = Tenants.of(connection, delivery.owner());
    NewEvent event =
        NewEvent.of(tenant, delivery.occurredAt(), delivery.event())
            .withOrigin(Origin.traced(delivery.traceparent()));
    UUID id = Outbox.append(connection, event).id();
    if (!claim(connection, delivery, id)) {
      connection.rollback();
      return new Duplicate(receipt(connection, delivery).orElseThrow());
    }
    keep(connection, delivery.body(), id);
    return new Accepted(id, tenant);
  }

  private static Optional<UUID> receipt(Connection connection, Delivery delivery)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "select event_id from webhook_receipt where source = ? and dedupe_key = ?")) {
      select.setString(1, delivery.source());
      select.setString(2, delivery.dedupeKey());
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(row.getObject(1, UUID.class)) : Optional.empty();
      }
    }
  }

  /** Writes the receipt; false when another transaction has written it since. */
  private static boolean claim(Connection connection, Delivery delivery, UUID eventId)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into webhook_receipt (source, dedupe_key, outcome, event_id)
            values (?, ?, 'accepted', ?)
            on conflict do nothing""")) {
      insert.setString(1, delivery.source());
      insert.setString(2, delivery.dedupeKey());
      insert.setObject(3, eventId);
      return insert.executeUpdate() == 1;
    }
  }

  private static void keep(Connection connection, Body body, UUID eventId) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("insert into webhook_body (event_id, body) values (?, ?)")) {
      insert.setObject(1, eventId);
      insert.setBytes(2, body.bytes());
      insert.executeUpdate();
    }
  }
}
