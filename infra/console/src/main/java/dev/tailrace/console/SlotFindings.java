package dev.tailrace.console;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What there is to say of a slot, in plain words. */
final class SlotFindings {

  private final Slot slot;
  private final boolean onStandby;
  private final Optional<Instant> claimedSince;

  private SlotFindings(Slot slot, boolean onStandby, Optional<Instant> claimedSince) {
    this.slot = slot;
    this.onStandby = onStandby;
    this.claimedSince = claimedSince;
  }

  /**
   * Of one that is there.
   *
   * @param claimedSince when a relay began to work that does not read it yet
   */
  static List<Finding> of(Slot slot, boolean onStandby, Optional<Instant> claimedSince) {
    if (slot.foreign().isPresent()) {
      return List.of(
          Finding.problem(
              "it belongs to "
                  + slot.foreign().get()
                  + ", and the relay leaves it alone: choose another RELAY_SLOT"));
    }
    var words = new SlotFindings(slot, onStandby, claimedSince);
    var findings = new ArrayList<Finding>();
    words.reader().ifPresent(findings::add);
    words.lag().ifPresent(findings::add);
    findings.add(words.wal());
    words.copies().ifPresent(findings::add);
    return findings;
  }

  /** Of one that is not there. */
  static Finding missing(boolean onStandby, Optional<Instant> claimedSince) {
    if (claimedSince.isPresent()) {
      return Finding.hint(
          "not there yet: a relay is at work since "
              + Columns.second(claimedSince.get())
              + " and makes it");
    }
    return onStandby
        ? Finding.hint(
            "not on this standby: after a promotion the relay makes it anew, and sends from the"
                + " table what is not in Kafka")
        : Finding.problem("not there: start a relay, which makes it");
  }

  private Optional<Finding> reader() {
    if (onStandby || slot.wal().isLost()) {
      return Optional.empty();
    }
    if (slot.reader().pid().isPresent()) {
      return Optional.of(
          Finding.good(
              "active: read by process "
                  + slot.reader().pid().getAsInt()
                  + " of Postgres"
                  + since()));
    }
    if (claimedSince.isPresent()) {
      return Optional.of(
          Finding.hint(
              "not read yet: a relay is at work since "
                  + Columns.second(claimedSince.get())
                  + "; it starts, or sends rows from the table"));
    }
    return Optional.of(
        Finding.problem(
            "not active: nobody reads it"
                + since()
                + ". Start a relay; the log of one that ended says why"));
  }

  private String since() {
    return slot.reader().since().map(at -> " since " + Columns.second(at)).orElse("");
  }

  private Optional<Finding> lag() {
    return slot.wal().lagBytes().isPresent()
        ? Optional.of(
            Finding.good(
                "lag: "
                    + Bytes.inWords(slot.wal().lagBytes().getAsLong())
                    + " of WAL not confirmed yet"))
        : Optional.empty();
  }

  private Finding wal() {
    if (slot.wal().isLost()) {
      return Finding.problem(
          "WAL lost: "
              + slot.wal()
                  .invalidation()
                  .map(SlotFindings::invalidation)
                  .orElse("Postgres has removed what it needs")
              + ". A relay that starts makes a new slot by itself, and sends from the table what is"
              + " not in Kafka");
    }
    String status = slot.wal().status().orElse("");
    return switch (status) {
      case "reserved" -> Finding.good("WAL reserved: all that it needs is kept" + left());
      case "extended" ->
          Finding.hint(
              "WAL extended: Postgres keeps more than max_wal_size for it"
                  + left()
                  + ". The relay is far behind");
      case "unreserved" ->
          Finding.problem(
              "WAL unreserved: it is behind by more than max_slot_wal_keep_size, and lost at the"
                  + " next checkpoint unless the relay catches up before");
      case "" -> Finding.hint("no WAL is kept for it: it is being made");
      default -> Finding.hint("WAL " + status);
    };
  }

  private String left() {
    return slot.wal().leftBytes().isPresent()
        ? ", and " + Bytes.inWords(slot.wal().leftBytes().getAsLong()) + " more before it is lost"
        : "";
  }

  private static String invalidation(String reason) {
    return switch (reason) {
      case "wal_removed" -> "it fell behind by more than max_slot_wal_keep_size (wal_removed)";
      case "rows_removed" -> "rows of the catalogue that it needs were vacuumed (rows_removed)";
      case "wal_level_insufficient" ->
          "wal_level is not logical on the primary (wal_level_insufficient)";
      case "idle_timeout" ->
          "nobody read it for longer than idle_replication_slot_timeout (idle_timeout)";
      default -> reason;
    };
  }

  private Optional<Finding> copies() {
    if (onStandby) {
      return slot.copies()
          .synced()
          .map(
              synced ->
                  synced
                      ? Finding.good("synced: it came from the primary, ready for a promotion")
                      : Finding.problem(
                          "not synced: a promotion now would lose it. Look at"
                              + " sync_replication_slots, and at the log of this standby"));
    }
    return slot.copies()
        .failover()
        .map(
            failover ->
                failover
                    ? Finding.good("failover: standbys that synchronise slots take it along")
                    : Finding.hint(
                        "no failover: standbys do not take it along. infra/docs/relay.md says how"
                            + " to set it"));
  }
}
