package dev.tailrace.contracts.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Takes the dedupe keys of events that are about to be appended; an event whose key is taken is a
 * duplicate.
 *
 * <p>All keys of a call are taken by one statement and in one order, whatever the order of the
 * events: two transactions with the same keys wait for one another, and never both.
 */
final class DedupeKeys {

  private record Key(String type, String key) {}

  private DedupeKeys() {}

  /** What becomes of each event, at its place; those without a key are stored. */
  static List<Appended> claim(Connection connection, List<Prepared> events) throws SQLException {
    List<Prepared> keyed =
        events.stream().filter(event -> event.event().dedupeKey().isPresent()).toList();
    Set<UUID> claimed = keyed.isEmpty() ? Set.of() : insert(connection, keyed);
    List<Prepared> late = keyed.stream().filter(event -> !claimed.contains(event.id())).toList();
    Map<Key, UUID> first = late.isEmpty() ? Map.of() : first(connection, late);
    var appended = new ArrayList<Appended>(events.size());
    for (Prepared event : events) {
      boolean stored = event.event().dedupeKey().isEmpty() || claimed.contains(event.id());
      appended.add(
          stored
              ? new Appended.Stored(event.id())
              : new Appended.Duplicate(required(first, key(event))));
    }
    return appended;
  }

  /** Waits for other transactions that are about to take one of the keys. */
  private static Set<UUID> insert(Connection connection, List<Prepared> events)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into outbox_dedupe (type, dedupe_key, event_id)
            select type, dedupe_key, event_id
            from unnest(?, ?, ?::uuid[]) with ordinality as given (type, dedupe_key, event_id, place)
            order by type, dedupe_key, place
            on conflict do nothing
            returning event_id""")) {
      insert.setArray(1, Outbox.texts(connection, events, event -> key(event).type()));
      insert.setArray(2, Outbox.texts(connection, events, event -> key(event).key()));
      insert.setArray(3, Outbox.texts(connection, events, event -> event.id().toString()));
      var claimed = new HashSet<UUID>();
      try (ResultSet rows = insert.executeQuery()) {
        while (rows.next()) {
          claimed.add(rows.getObject(1, UUID.class));
        }
      }
      return claimed;
    }
  }

  /**
   * Each key is looked up by itself, through the index. As a join this is planned for the table as
   * it is at that moment, and a plan from when the table was small reads all of it ever after,
   * until somebody analyzes it.
   */
  private static Map<Key, UUID> first(Connection connection, List<Prepared> events)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select type, dedupe_key, event_id
            from (select distinct * from unnest(?, ?) as given (type, dedupe_key)) given
            cross join lateral (
              select event_id from outbox_dedupe taken
              where taken.type = given.type and taken.dedupe_key = given.dedupe_key
              limit 1) taken""")) {
      select.setArray(1, Outbox.texts(connection, events, event -> key(event).type()));
      select.setArray(2, Outbox.texts(connection, events, event -> key(event).key()));
      var first = new HashMap<Key, UUID>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          first.put(new Key(rows.getString(1), rows.getString(2)), rows.getObject(3, UUID.class));
        }
      }
      return first;
    }
  }

  private static UUID required(Map<Key, UUID> first, Key key) throws SQLException {
    UUID id = first.get(key);
    if (id == null) {
      throw new SQLException(
          "the first event of dedupe key '%s' is not visible to this transaction: retry it, or use READ COMMITTED"
              .formatted(key.key()),
          "40001");
    }
    return id;
  }

  private static Key key(Prepared event) {
    return new Key(event.event().type().name(), event.event().dedupeKey().orElseThrow());
  }
}
