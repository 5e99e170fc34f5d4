package dev.tailrace.relay;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops the outbox's partitions whose time is over, once nobody needs them any more.
 *
 * <p>Two steps, an hour apart when the relay does it:
 *
 * <ol>
 *   <li>When no transaction is open that began before the partition's end, and none of its rows is
 *       in quarantine, it is noted how far the write-ahead log has come: every row that the
 *       partition will ever have is before that, and so is every request to send one again.
 *   <li>When every slot has confirmed that place, and the quarantine of the partition is as it was,
 *       all of its rows are in Kafka, or settled. It goes.
 * </ol>
 *
 * <p>A slot that is missing or lost suspends it, and the notes are forgotten: what was not relayed
 * is then only in the table. A note is kept in memory: a relay that was started again begins with
 * the first step. For one thread.
 */
final class PartitionRetention {

  private static final Logger log = LoggerFactory.getLogger(PartitionRetention.class);

  /** A lock not got in time, a statement not done in time, another detach under way, a deadlock. */
  private static final Set<String> PUT_OFF = Set.of("55P03", "57014", "55000", "40P01");

  private final Duration kept;
  private final Clock clock;
  private final RelayMeters meters;
  private final RelaySlots slots;
  private final Map<String, Note> notes = new HashMap<>();
  private Set<String> told = Set.of();

  /** The place of the write-ahead log that the slots must pass, and what quarantine had then. */
  private record Note(String lsn, String quarantine) {}

  PartitionRetention(RelayConfig.Slot slot, Duration kept, Clock clock, RelayMeters meters) {
    this.slots = new RelaySlots(slot);
    this.kept = kept;
    this.clock = clock;
    this.meters = meters;
  }

  /**
   * Does what can be done now; what can't is done another time.
   *
   * @return the partitions that are kept beyond their time, and why
   */
  Map<String, String> run(Connection connection) throws SQLException {
    var partitions = new OutboxPartitions(connection);
    var held = new LinkedHashMap<String, String>();
    for (String name : partitions.begun()) {
      attempt(name, () -> partitions.goOn(name)).ifPresent(reason -> held.put(name, reason));
    }
    partitions.takeMarksBack();
    List<OutboxPartition> ended = partitions.endedBy(clock.instant().minus(kept));
    notes.keySet().retainAll(ended.stream().map(OutboxPartition::name).toList());
    for (OutboxPartition partition : ended) {
      Optional<String> hindrance = hindrance(connection, partition);
      if (hindrance.isEmpty()) {
        hindrance = attempt(partition.name(), () -> partitions.drop(partition));
      }
      hindrance.ifPresent(reason -> held.put(partition.name(), reason));
    }
    tell(held);
    return held;
  }

  /** What keeps a partition; nothing when nobody needs it. */
  private Optional<String> hindrance(Connection connection, OutboxPartition partition)
      throws SQLException {
    String name = partition.name();
    if (!notes.containsKey(name)) {
      Optional<String> open = new LateCommits(connection).before(partition.end());
      if (open.isPresent()) {
        return open;
      }
      var quarantined = QuarantinedRows.of(connection, partition);
      if (quarantined.open()) {
        return Optional.of("rows of it are in quarantine");
      }
      notes.put(name, new Note(written(connection), quarantined.version()));
    }
    Note note = Objects.requireNonNull(notes.get(name));
    return switch (slots.upTo(connection, note.lsn())) {
      case RelaySlots.Progress.Broken(String reason) -> {
        notes.clear();
        yield Optional.of(reason);
      }
      case RelaySlots.Progress.Behind(String reason) -> Optional.of(reason);
      case RelaySlots.Progress.Passed _ -> unlessQuarantineChanged(connection, partition, note);
    };
  }

  /**
   * Asked after the slots: the relay puts a row into quarantine before the slot confirms it. A row
   * that came since the note may be on its way again by a request that the slot has yet to send.
   */
  private Optional<String> unlessQuarantineChanged(
      Connection connection, OutboxPartition partition, Note note) throws SQLException {
    if (QuarantinedRows.of(connection, partition).version().equals(note.quarantine())) {
      return Optional.empty();
    }
    notes.remove(partition.name());
    return Optional.of("rows of it are in quarantine, or were a moment ago");
  }

  private static String written(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select pg_current_wal_insert_lsn()")) {
      row.next();
      return row.getString(1);
    }
  }

  /** A piece of a drop. */
  @FunctionalInterface
  private interface Drop {
    void run() throws SQLException;
  }

  private Optional<String> attempt(String name, Drop drop) throws SQLException {
    try {
      drop.run();
    } catch (SQLException e) {
      if (PUT_OFF.contains(e.getSQLState())) {
        return Optional.of("put off: " + e.getMessage());
      }
      throw e;
    }
    notes.remove(name);
    meters.partitionDropped();
    log.atInfo().addKeyValue("partition", name).log("dropped a partition of the outbox");
    return Optional.empty();
  }

  /** Each reason once, for as long as it stays. */
  private void tell(Map<String, String> held) {
    meters.partitionsHeld(held.size());
    var reasons = new LinkedHashMap<String, List<String>>();
    held.forEach(
        (name, reason) -> reasons.computeIfAbsent(reason, _ -> new ArrayList<>()).add(name));
    reasons.forEach(
        (reason, names) -> {
          if (!told.contains(reason)) {
            log.atInfo()
                .addKeyValue("partitions", names)
                .addKeyValue("reason", reason)
                .log("partitions of the outbox are kept beyond their time");
          }
        });
    told = Set.copyOf(reasons.keySet());
  }
}
