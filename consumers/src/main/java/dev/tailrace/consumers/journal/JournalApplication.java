package dev.tailrace.consumers.journal;

import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.service.Service;
import java.time.Clock;

/**
 * The journal application: all topics of events, attempts and dead letters into Postgres, so that
 * what became of an event can be asked there.
 */
public final class JournalApplication {

  /** The writer holds one; the other is housekeeping's. */
  private static final int CONNECTIONS = 2;

  private JournalApplication() {}

  /**
   * Starts the application. Returns at once: Kafka and Postgres may come later, and what is written
   * meanwhile is not lost. Ready once it has caught up, or stands by for another.
   */
  public static Service start(JournalConfig config, Clock clock) {
    return Service.start(
        "journal",
        config.admin(),
        service -> {
          var database =
              service.with(
                  Database.pool(
                      config.database().withPoolSize(CONNECTIONS),
                      service.name(),
                      service.meters()));
          var progress = new Progress(service.meters(), clock, config.lagLimit());
          service.health().ready("journal", progress::problem);
          var days = new JournalDays(clock, config.retention());
          service.with(new Housekeeping(database, new JournalPartitions(days)).start());
          var meters = new JournalMeters(service.meters());
          service
              .with(new JournalLoop(config, database, meters, progress, clock, service::fail))
              .start();
        });
  }
}
