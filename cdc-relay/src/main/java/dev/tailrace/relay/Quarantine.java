package dev.tailrace.relay;

import dev.tailrace.contracts.event.Envelope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The rows that Kafka did not take, in {@code relay_quarantine}: what an operator settles, and what
 * keeps a row in the outbox until then.
 *
 * <p>A row is put down before the Kafka transaction that goes on without it, and struck out before
 * one that has it after all: whatever is killed between the two, the slot sends the row again and
 * the same is done again. One that is sent because it was asked for stays put down: that it was
 * asked for is what the slot sends again. For one thread.
 */
final class Quarantine {

  private final Postgres postgres;
  private final String slot;

  /** Those that are struck out when Kafka takes them after all. */
  private final Set<UUID> known = new HashSet<>();

  Quarantine(Postgres postgres, String slot) {
    this.postgres = postgres;
    this.slot = slot;
  }

  /**
   * Learns what is open, and what was asked for again lately, perhaps before the relay that put it
   * aside had committed that; at each start, since another relay may have worked meanwhile.
   */
  void load() throws SQLException {
    known.clear();
    try (Connection connection = postgres.connect();
        PreparedStatement select =
            connection.prepareStatement(
                """
                select event_id from relay_quarantine
                where slot = ? and (settled_at is null
                  or settled_by = 'resend' and settled_at > now() - interval '1 day')""")) {
      select.setString(1, slot);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          known.add(rows.getObject(1, UUID.class));
        }
      }
    }
  }

  /** Brings the table up to what is about to be committed to Kafka. */
  void record(Collection<Outgoing> outgoing) throws SQLException {
    List<Outgoing.Refused> refused =
        outgoing.stream()
            .filter(Outgoing.Refused.class::isInstance)
            .map(Outgoing.Refused.class::cast)
            .toList();
    List<UUID> taken =
        known.isEmpty()
            ? List.of()
            : outgoing.stream()
                .filter(it -> it instanceof Outgoing.Relayed event && !event.again())
                .map(it -> it.envelope().id())
                .filter(known::contains)
                .toList();
    if (refused.isEmpty() && taken.isEmpty()) {
      return;
    }
    try (Connection connection = postgres.connect()) {
      connection.setAutoCommit(false);
      keep(connection, refused);
      strikeOut(connection, taken);
      connection.commit();
    }
    refused.forEach(it -> known.add(it.envelope().id()));
    taken.forEach(known::remove);
  }

  /** A row that was asked for again and is refused again is open again. */
  private void keep(Connection connection, List<Outgoing.Refused> refused) throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            insert into relay_quarantine
              (event_id, row_created_at, slot, type, tenant_id, aggregate_id, reason)
            values (?, coalesce(outbox_created_at(?), now()), ?, ?, ?, ?, ?)
            on conflict (event_id) do update set
              slot = excluded.slot, reason = excluded.reason, quarantined_at = now(), settled_at = null, settled_by = null\
            """)) {
      for (Outgoing.Refused row : refused) {
        Envelope envelope = row.envelope();
        upsert.setObject(1, envelope.id());
        upsert.setObject(2, envelope.id());
        upsert.setString(3, slot);
        upsert.setString(4, envelope.type());
        upsert.setString(5, envelope.tenantId());
        upsert.setString(6, envelope.aggregateId());
        upsert.setString(7, row.reason());
        upsert.addBatch();
      }
      upsert.executeBatch();
    }
  }

  private static void strikeOut(Connection connection, List<UUID> taken) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("delete from relay_quarantine where event_id = any (?)")) {
      delete.setArray(1, connection.createArrayOf("uuid", taken.toArray()));
      delete.executeUpdate();
    }
  }

  /** How many wait for a person. */
  long waiting() throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select count(*) from relay_quarantine where settled_at is null")) {
      row.next();
      return row.getLong(1);
    }
  }
}
