package dev.tailrace.consumers.journal;

import dev.tailrace.contracts.outbox.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes partitions ahead and drops old ones, hourly. Every instance may: what one has done there is
 * no more to do.
 */
final class Housekeeping implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
  private static final Duration PERIOD = Duration.ofHours(1);

  private final DataSource database;
  private final JournalPartitions partitions;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("journal-housekeeping").factory());

  Housekeeping(DataSource database, JournalPartitions partitions) {
    this.database = database;
    this.partitions = partitions;
  }

  Housekeeping start() {
    var _ = thread.scheduleAtFixedRate(this::run, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    return this;
  }

  private void run() {
    attempt("make partitions", partitions::makeAhead);
    attempt("drop old partitions", partitions::dropOld);
  }

  private void attempt(String chore, Database.Work<Integer> work) {
    try {
      Database.inTransaction(database, (Connection connection) -> work.in(connection));
    } catch (SQLException | RuntimeException e) {
      log.atWarn().addKeyValue("chore", chore).addKeyValue("reason", e.getMessage()).log("put off");
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
