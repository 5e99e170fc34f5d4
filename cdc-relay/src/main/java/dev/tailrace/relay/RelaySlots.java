package dev.tailrace.relay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How far the slots have come that the outbox is relayed through: the relay's own, and all of this
 * database, read by pgoutput, whose names begin with its base, which are those of its shards.
 *
 * <p>A slot that was seen once and is gone is missing, until the relay is started again: nobody
 * knows what it had not sent. A slot of any other name is somebody else's, and doesn't need the
 * table: what it will read is in the write-ahead log.
 */
final class RelaySlots {

  private final String base;
  private final Set<String> known = new HashSet<>();

  RelaySlots(RelayConfig.Slot own) {
    this.base = own.base();
    known.add(own.name());
  }

  /**
   * One of them, as Postgres tells.
   *
   * @param lost it can't be read any more
   * @param read its rows are on their way: all from before what it has confirmed are in Kafka. Of a
   *     slot that was made anew and waits for the rows from before it this can't be said
   * @param passed it has confirmed all up to the LSN asked for
   */
  private record Slot(String name, boolean lost, boolean read, boolean passed) {}

  /** How they stand to an LSN. */
  sealed interface Progress {

    /** All that was committed before it is in Kafka. */
    record Passed() implements Progress {}

    /** It will be, once time has gone on. */
    record Behind(String reason) implements Progress {}

    /** Perhaps it never will be: the table may be needed to make up for it. */
    record Broken(String reason) implements Progress {}
  }

  Progress upTo(Connection connection, String lsn) throws SQLException {
    List<Slot> slots = look(connection, lsn);
    Optional<String> broken = broken(slots);
    if (broken.isPresent()) {
      return new Progress.Broken(broken.get());
    }
    for (Slot slot : slots) {
      if (!slot.read()) {
        return new Progress.Behind("slot " + slot.name() + " is not being read");
      }
      if (!slot.passed()) {
        return new Progress.Behind("slot " + slot.name() + " has not confirmed all of it");
      }
    }
    return new Progress.Passed();
  }

  private Optional<String> broken(List<Slot> slots) {
    List<String> there = slots.stream().map(Slot::name).toList();
    known.addAll(there);
    for (Slot slot : slots) {
      if (slot.lost()) {
        return Optional.of("slot " + slot.name() + " is lost");
      }
    }
    return known.stream()
        .filter(name -> !there.contains(name))
        .sorted()
        .findFirst()
        .map(name -> "slot " + name + " is missing");
  }

  /** A session that makes a slot holds it too, but does not stream. */
  private List<Slot> look(Connection connection, String lsn) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select slot_name,
              coalesce(wal_status = 'lost', false)
                or to_jsonb(slot) ->> 'invalidation_reason' is not null as lost,
              coalesce(reader.state in ('catchup', 'streaming'), false) as read,
              coalesce(confirmed_flush_lsn >= ?::pg_lsn, false) as passed
            from pg_replication_slots slot
            left join pg_stat_replication reader on reader.pid = slot.active_pid
            where database = current_database() and plugin = 'pgoutput'
              and starts_with(slot_name, ?)
            order by slot_name""")) {
      select.setString(1, lsn);
      select.setString(2, base);
      try (ResultSet row = select.executeQuery()) {
        var slots = new ArrayList<Slot>();
        while (row.next()) {
          slots.add(
              new Slot(
                  row.getString("slot_name"),
                  row.getBoolean("lost"),
                  row.getBoolean("read"),
                  row.getBoolean("passed")));
        }
        return slots;
      }
    }
  }
}
