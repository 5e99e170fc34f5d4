package dev.tailrace.ingest;

import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.ingest.Outcome.Rejected;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what was refused, and writes a sample of it down, so that a person can see why.
 *
 * <p>Refusals are free to make for anybody, so they must stay cheap for us: at most one row a
 * second for each source and reason, written beside the request on a connection of its own, and
 * dropped when that does not keep up.
 */
final class Rejections implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Rejections.class);
  private static final int WAITING_ROWS = 64;

  private final MeterRegistry meters;
  private final DataSource aside;
  private final Clock clock;
  private final Map<String, Long> lastSampled = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor writer =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING_ROWS),
          Thread.ofVirtual().name("rejections").factory(),
          new ThreadPoolExecutor.DiscardPolicy());

  /**
   * @param aside connections that no request waits for
   */
  Rejections(MeterRegistry meters, DataSource aside, Clock clock) {
    this.meters = meters;
    this.aside = aside;
    this.clock = clock;
  }

  void record(String source, Rejected rejected) {
    meters
        .counter("tailrace.ingest.rejected", "source", source, "reason", rejected.reason())
        .increment();
    if (isDue(source, rejected.reason())) {
      writer.execute(() -> write(source, rejected));
    }
  }

  private boolean isDue(String source, String reason) {
    long second = clock.instant().getEpochSecond();
    Long last = lastSampled.put(source + " " + reason, second);
    return last == null || last != second;
  }

  private void write(String source, Rejected rejected) {
    try {
      Database.inTransaction(
          aside,
          connection -> {
            try (PreparedStatement insert =
                connection.prepareStatement(
                    "insert into webhook_rejection (source, reason, status) values (?, ?, ?)")) {
              insert.setString(1, source);
              insert.setString(2, rejected.reason());
              insert.setInt(3, rejected.status());
              return insert.executeUpdate();
            }
          });
    } catch (SQLException e) {
      log.atDebug()
          .addKeyValue("source", source)
          .addKeyValue("reason", rejected.reason())
          .log("a rejection was not sampled");
    }
  }

  /** Drops the rows that wait, and waits for the one that is being written. */
  @Override
  public void close() {
    writer.getQueue().clear();
    writer.close();
  }
}
