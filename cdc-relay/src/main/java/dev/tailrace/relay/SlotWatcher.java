package dev.tailrace.relay;

import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the slot and the quarantine, and tells it to the meters and, where it matters, the log.
 */
final class SlotWatcher implements Housekeeping.Chore {

  private static final Logger log = LoggerFactory.getLogger(SlotWatcher.class);

  private final PostgresSlot slot;
  private final Quarantine quarantine;
  private final SlotWatch watch;
  private final RelayMeters meters;
  private String walStatus = "";

  SlotWatcher(PostgresSlot slot, Quarantine quarantine, SlotWatch watch, RelayMeters meters) {
    this.slot = slot;
    this.quarantine = quarantine;
    this.watch = watch;
    this.meters = meters;
  }

  @Override
  public void run() throws SQLException {
    Optional<SlotReport> report = slot.report();
    if (report.isPresent()) {
      watch.look(report.get());
      tellOfChange(report.get());
    }
    meters.slot(report);
    meters.waiting(quarantine.waiting());
  }

  private void tellOfChange(SlotReport report) {
    if (!report.walStatus().equals(walStatus)) {
      walStatus = report.walStatus();
      (report.isInDanger() ? log.atError() : log.atInfo())
          .addKeyValue("walStatus", walStatus)
          .addKeyValue("retainedBytes", report.retainedBytes())
          .log("the WAL that is kept for the slot");
    }
  }
}
