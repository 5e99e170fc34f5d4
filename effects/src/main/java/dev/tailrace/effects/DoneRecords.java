package dev.tailrace.effects;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

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

  /** The items that were named for the event, if they were. */
  static Optional<List<String>> items(Connection connection, EffectKey key) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select items from effect_done
            where event_id = ? and consumer = ? and item = '' and items is not null""")) {
      select.setObject(1, key.eventId());
      select.setString(2, key.consumer());
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(List.of((String[]) row.getArray(1).getArray()))
            : Optional.empty();
      }
    }
  }

  /** Records the items that were named; the ones that count are those that are there then. */
  static List<String> addItems(Connection connection, EffectKey key, List<String> items)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into effect_done (event_id, consumer, outcome, items) values (?, ?, 'done', ?)
            on conflict do nothing""")) {
      insert.setObject(1, key.eventId());
      insert.setString(2, key.consumer());
      insert.setArray(3, connection.createArrayOf("text", items.toArray()));
      insert.executeUpdate();
    }
    return items(connection, key).orElse(items);
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
