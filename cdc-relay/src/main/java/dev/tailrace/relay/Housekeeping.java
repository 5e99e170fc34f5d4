package dev.tailrace.relay;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done beside the relay's own work: the partitions of the days ahead, what the outbox no
 * longer needs, the slot's lag.
 */
final class Housekeeping implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
  private static final Duration PARTITIONS = Duration.ofHours(1);
  private static final Duration RETENTION = Duration.ofHours(1);
  private static final Duration LAG = Duration.ofSeconds(5);

  /** As many as the chores that may take long, and one. */
  private static final int THREADS = 3;

  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(
          THREADS, Thread.ofPlatform().daemon().name("relay-housekeeping").factory());

  private Housekeeping() {}

  /** A piece of work that may fail: it is done again when its time comes. */
  @FunctionalInterface
  private interface Chore {
    void run() throws SQLException;
  }

  static Housekeeping start(
      PostgresSlot slot, OutboxTable outbox, OutboxRetention retention, RelayMeters meters) {
    var housekeeping = new Housekeeping();
    housekeeping.every(PARTITIONS, "make partitions", outbox::makePartitions);
    housekeeping.every(RETENTION, "drop old partitions", retention::dropPartitions);
    housekeeping.every(RETENTION, "delete old dedupe keys", retention::deleteDedupeKeys);
    housekeeping.every(
        LAG, "look at the slot's lag", () -> slot.lagBytes().ifPresent(meters::slotLag));
    return housekeeping;
  }

  private void every(Duration period, String what, Chore chore) {
    var _ =
        threads.scheduleAtFixedRate(
            () -> attempt(what, chore), 0, period.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void attempt(String what, Chore chore) {
    try {
      chore.run();
    } catch (SQLException | RuntimeException e) {
      log.atWarn().addKeyValue("chore", what).addKeyValue("reason", e.getMessage()).log("put off");
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
