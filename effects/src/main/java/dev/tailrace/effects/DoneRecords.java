package dev.tailrace.effects;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The table of what is carried out: it outlives Kafka and the local state, so that no replay
 * repeats an effect.
 */
final class DoneRecords {

  private DoneRecords() {}

  static boolean contains(Connection connection, EffectKey key) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "select 1 from effect_done where event_id = ? and consumer = ? and item = ?")) {
      select.setObject(1, key.eventId());
      select.setString(2, key.consumer());
      select.setString(3, key.item());
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  /**
   * Records the effect; false when it was recorded before, by a try of which we did not hear the
   * end.
   */
  static boolean add(Connection connection, EffectKey key, Outcome outcome) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into effect_done (event_id, consumer, item, outcome) values (?, ?, ?, ?)
            on conflict do nothing""")) {
      insert.setObject(1, key.eventId());
      insert.setString(2, key.consumer());
      insert.setString(3, key.item());
      insert.setString(4, outcome.label());
      return insert.executeUpdate() == 1;
    }
  }
}
