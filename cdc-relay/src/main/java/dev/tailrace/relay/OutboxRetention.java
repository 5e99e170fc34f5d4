package dev.tailrace.relay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the outbox no longer needs: whole partitions of the past, and dedupe keys that no provider
 * will send again.
 *
 * <p>Of several relays one at a time does it, by an advisory lock. No statement waits long for a
 * lock, or takes long: what is not done this time is done the next.
 */
final class OutboxRetention {

  /** Longer than any provider goes on with a redelivery. */
  static final Duration DEDUPE_KEPT = Duration.ofDays(35);

  private final Postgres postgres;
  private final Clock clock;
  private final PartitionRetention partitions;
  private final DedupeRetention dedupe;

  OutboxRetention(Postgres postgres, RelayConfig config, Clock clock, RelayMeters meters) {
    this.postgres = postgres;
    this.clock = clock;
    this.partitions =
        new PartitionRetention(config.slot(), config.retention().events(), clock, meters);
    this.dedupe = DedupeRetention.DEFAULT;
  }

  /** Work on a connection of its own. */
  @FunctionalInterface
  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /** See {@link PartitionRetention#run}; nothing while another relay does it. */
  Optional<Map<String, String>> dropPartitions() throws SQLException {
    return alone("partitions", partitions::run);
  }

  /** See {@link DedupeRetention#deleteBefore}; nothing while another relay does it. */
  Optional<Long> deleteDedupeKeys() throws SQLException {
    return alone(
        "dedupe",
        connection -> dedupe.deleteBefore(connection, clock.instant().minus(DEDUPE_KEPT)));
  }

  private <T> Optional<T> alone(String what, Work<T> work) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement settings = connection.createStatement()) {
      settings.execute("set lock_timeout = '2s'");
      settings.execute("set statement_timeout = '20s'");
      return isAlone(connection, what) ? Optional.of(work.on(connection)) : Optional.empty();
    }
  }

  /** Until the connection is closed. */
  private static boolean isAlone(Connection connection, String what) throws SQLException {
    try (PreparedStatement lock =
        connection.prepareStatement(
            "select pg_try_advisory_lock(hashtextextended('outbox retention ' || ?, 0))")) {
      lock.setString(1, what);
      try (ResultSet row = lock.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }
}
