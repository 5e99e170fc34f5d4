package dev.tailrace.ingest;

import dev.tailrace.contracts.outbox.Database;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes, every quarter of an hour, the answers that are kept no longer. */
final class ForgetRepeats implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ForgetRepeats.class);
  private static final Duration PERIOD = Duration.ofMinutes(15);

  private final DataSource aside;
  private final Clock clock;
  private final ScheduledExecutorService rounds =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("forget-repeats").factory());

  /**
   * @param aside connections that no request waits for
   */
  ForgetRepeats(DataSource aside, Clock clock) {
    this.aside = aside;
    this.clock = clock;
    var _ = rounds.scheduleWithFixedDelay(this::attempt, 0, PERIOD.toSeconds(), TimeUnit.SECONDS);
  }

  private void attempt() {
    try {
      run();
    } catch (SQLException | RuntimeException e) {
      log.atWarn().addKeyValue("error", e.getClass().getSimpleName()).log("put off");
    }
  }

  int run() throws SQLException {
    return Database.inTransaction(aside, connection -> Repeats.forget(connection, clock.instant()));
  }

  @Override
  public void close() {
    rounds.shutdownNow();
  }
}
