package dev.tailrace.ingest;

import dev.tailrace.contracts.event.InvalidEventException;
import dev.tailrace.contracts.outbox.Outbox;
import dev.tailrace.contracts.outbox.Prepared;
import dev.tailrace.ingest.Outcome.Accepted;
import dev.tailrace.ingest.Outcome.Duplicate;
import dev.tailrace.ingest.Outcome.Rejected;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/**
 * Stores deliveries: receipt, raw body and outbox event in one transaction, or none of them.
 *
 * <p>The receipt's unique key is what makes a redelivery harmless. It is claimed first, with the id
 * that the event will have, and only what was claimed is written: of two at the same time the later
 * one waits for the key, and finds it taken, or free again when the first has failed.
 */
final class Deliveries implements Storage {

  private final Transactions transactions;

  Deliveries(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public Outcome store(Delivery delivery) throws SQLException {
    try {
      return transactions.run(connection -> storeIn(connection, delivery));
    } catch (InvalidEventException e) {
      return Rejected.unacceptable(e.problems());
    }
  }

  private static Outcome storeIn(Connection connection, Delivery delivery) throws SQLException {
    String tenant = Tenants.of(connection, delivery.owner());
    Prepared event = Outbox.prepare(delivery.newEvent(tenant));
    if (!claim(connection, delivery, event.id())) {
      return new Duplicate(claimed(connection, delivery));
    }
    Outbox.append(connection, event);
    keep(connection, delivery.body(), event.id());
    return new Accepted(event.id(), tenant);
  }

  /** Writes the receipt; false when there is one. Waits for another transaction that writes it. */
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

  /** The event of the receipt that is there. */
  private static UUID claimed(Connection connection, Delivery delivery) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "select event_id from webhook_receipt where source = ? and dedupe_key = ?")) {
      select.setString(1, delivery.source());
      select.setString(2, delivery.dedupeKey());
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new SQLException("the receipt was there and is gone: retry", "40001");
        }
        return row.getObject(1, UUID.class);
      }
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
