package dev.tailrace.console;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A person's word, in {@code relay_adoption}, that a relay may go on from a server which is not
 * that of its position. The relay strikes it out when it has taken it.
 */
final class Adoptions {

  private Adoptions() {}

  /** One that waits. */
  record Adoption(String slot, ServerIdentity server, Instant at) {}

  /** Puts it down, in the place of an earlier one. */
  static void put(Connection connection, String slot, ServerIdentity server) throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            insert into relay_adoption (slot, system_identifier, timeline) values (?, ?, ?)
            on conflict (slot) do update set
              system_identifier = excluded.system_identifier,
              timeline = excluded.timeline,
              adopted_at = now()""")) {
      upsert.setString(1, slot);
      upsert.setString(2, server.systemIdentifier());
      upsert.setInt(3, server.timeline());
      upsert.executeUpdate();
    }
  }

  /** Takes it back; answers whether there was one. */
  static boolean withdraw(Connection connection, String slot) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("delete from relay_adoption where slot = ?")) {
      delete.setString(1, slot);
      return delete.executeUpdate() == 1;
    }
  }

  static List<Adoption> startingWith(Connection connection, String slot) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select slot, system_identifier, timeline, adopted_at from relay_adoption
            where starts_with(slot, ?) order by slot""")) {
      select.setString(1, slot);
      var waiting = new ArrayList<Adoption>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          waiting.add(
              new Adoption(
                  row.getString(1),
                  new ServerIdentity(row.getString(2), row.getInt(3)),
                  row.getTimestamp(4).toInstant()));
        }
      }
      return waiting;
    }
  }
}
