package dev.tailrace.relay;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done beside the relay's own work, again and again. */
final class Housekeeping implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

  /** As many as the chores that may take long, and one. */
  private static final int THREADS = 3;

  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(
          THREADS, Thread.ofPlatform().daemon().name("relay-housekeeping").factory());

  /** A piece of work that may fail: it is done again when its time comes. */
  @FunctionalInterface
  interface Chore {
    void run() throws SQLException;
  }

  /** Does it now, and then each time the period is over. */
  Housekeeping every(Duration period, String what, Chore chore) {
    var _ =
        threads.scheduleAtFixedRate(
            () -> attempt(what, chore), 0, period.toMillis(), TimeUnit.MILLISECONDS);
    return this;
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
