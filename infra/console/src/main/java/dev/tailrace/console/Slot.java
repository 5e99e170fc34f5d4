package dev.tailrace.console;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What Postgres says of a relay's slot.
 *
 * @param foreign whose it is, when it is not a relay's of this database
 */
record Slot(String name, Optional<String> foreign, Reader reader, Wal wal, Copies copies) {

  /**
   * Who reads it.
   *
   * @param pid of Postgres; empty when nobody does
   * @param since when that began, as far as Postgres tells
   */
  record Reader(OptionalInt pid, Optional<Instant> since) {}

  /**
   * The WAL that is kept for it.
   *
   * @param lagBytes what is not confirmed
   * @param status {@code wal_status}, where Postgres knows one
   * @param leftBytes so much can be written before the slot is lost; empty when it can't be
   * @param invalidation why it can't be read any more, Postgres 17 and later
   */
  record Wal(
      OptionalLong lagBytes,
      Optional<String> status,
      OptionalLong leftBytes,
      Optional<String> invalidation) {

    boolean isLost() {
      return invalidation.isPresent() || status.equals(Optional.of("lost"));
    }
  }

  /**
   * Whether standbys have it; both empty before Postgres 17.
   *
   * @param failover whether a standby that synchronises slots is to take it along
   * @param synced on a standby, whether it came from the primary and would survive a promotion
   */
  record Copies(Optional<Boolean> failover, Optional<Boolean> synced) {}
}
