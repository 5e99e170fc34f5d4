package dev.tailrace.console;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All of a relay that can be seen in Postgres.
 *
 * @param primary empty on a standby
 * @param claims by the slot's name, since when a relay is at work that does not read it yet
 */
record RelayState(
    Optional<ServerIdentity> primary,
    List<Slot> slots,
    Map<String, Instant> claims,
    QuarantineTable.Waiting waiting,
    List<Adoptions.Adoption> adoptions,
    Settings settings) {

  /**
   * What is set in Postgres.
   *
   * @param keepSize {@code max_slot_wal_keep_size}, {@code -1} for no bound
   */
  record Settings(String walLevel, boolean hasCommitTimes, String keepSize) {

    private static Settings look(Connection connection) throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  """
                  select current_setting('wal_level'), current_setting('track_commit_timestamp') = 'on',
                    current_setting('max_slot_wal_keep_size')""")) {
        row.next();
        return new Settings(row.getString(1), row.getBoolean(2), row.getString(3));
      }
    }
  }

  RelayState {
    slots = List.copyOf(slots);
    claims = Map.copyOf(claims);
    adoptions = List.copyOf(adoptions);
  }

  /**
   * Looks.
   *
   * @param slot how the names of the slots begin
   */
  static RelayState look(Connection connection, String slot) throws SQLException {
    List<Slot> slots = Slots.startingWith(connection, slot);
    var names = new ArrayList<>(slots.stream().map(Slot::name).toList());
    names.add(slot);
    var claims = new HashMap<String, Instant>();
    for (String name : names) {
      Slots.claimedSince(connection, name).ifPresent(since -> claims.put(name, since));
    }
    return new RelayState(
        ServerIdentity.isStandby(connection)
            ? Optional.empty()
            : Optional.of(ServerIdentity.look(connection)),
        slots,
        claims,
        QuarantineTable.waiting(connection, slot),
        Adoptions.startingWith(connection, slot),
        Settings.look(connection));
  }

  boolean isStandby() {
    return primary.isEmpty();
  }

  boolean isRead(String name) {
    return slots.stream()
        .anyMatch(slot -> slot.name().equals(name) && slot.reader().pid().isPresent());
  }
}
