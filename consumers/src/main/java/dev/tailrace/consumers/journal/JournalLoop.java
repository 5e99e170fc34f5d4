package dev.tailrace.consumers.journal;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session after another until it is stopped: each stands by while another journal writes, and
 * then reads on from what the tables say. Whatever ends it, Kafka or Postgres gone or a rebuild,
 * there is one way to begin.
 */
final class JournalLoop implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(JournalLoop.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration MOST_PAUSE = Duration.ofSeconds(10);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
  private static final Duration STOP = Duration.ofSeconds(5);
  private static final int ANSWER_MILLIS = 60_000;

  private final JournalConfig config;
  private final HikariDataSource database;
  private final JournalMeters meters;
  private final Progress progress;
  private final Clock clock;
  private final Consumer<Throwable> failed;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = Thread.ofPlatform().daemon().name("journal").unstarted(this::run);

  JournalLoop(
      JournalConfig config,
      HikariDataSource database,
      JournalMeters meters,
      Progress progress,
      Clock clock,
      Consumer<Throwable> failed) {
    this.config = config;
    this.database = database;
    this.meters = meters;
    this.progress = progress;
    this.clock = clock;
    this.failed = failed;
  }

  void start() {
    thread.start();
  }

  /** Only what no further session would mend is thrown, such as memory that ran out. */
  private void run() {
    try {
      runSessions();
    } catch (Throwable e) {
      failed.accept(e);
    }
  }

  private void runSessions() {
    Duration pause = FIRST_PAUSE;
    while (!isStopped()) {
      long began = System.nanoTime();
      try {
        session();
      } catch (JournalTables.RebuildException e) {
        log.atInfo().log("the journal is built again from the topics");
        continue;
      } catch (Exception e) {
        tell(e);
      }
      boolean held = System.nanoTime() - began > MOST_PAUSE.toNanos();
      Duration twice = pause.multipliedBy(2);
      pause = held ? FIRST_PAUSE : twice.compareTo(MOST_PAUSE) > 0 ? MOST_PAUSE : twice;
      await(pause);
    }
  }

  private void tell(Exception e) {
    if (!isStopped()) {
      progress.waits(String.valueOf(e.getMessage()));
      log.atWarn().addKeyValue("reason", e.toString()).log("the journal waits, and tries again");
      log.atDebug().setCause(e).log("why the journal waits");
    }
  }

  /** On a connection of its own, which is never used again: the lock goes with it. */
  private void session() throws Exception {
    Connection connection = database.getConnection();
    try {
      connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
      connection.setAutoCommit(false);
      var tables = new JournalTables(connection, meters);
      if (isAlone(tables)) {
        read(tables);
      }
    } finally {
      database.evictConnection(connection);
    }
  }

  private boolean isAlone(JournalTables tables) throws SQLException {
    boolean told = false;
    while (!isStopped()) {
      if (tables.isAlone()) {
        return true;
      }
      progress.standsBy();
      if (!told) {
        log.atInfo().log("another journal writes, this one stands by");
        told = true;
      }
      await(LOOK_AGAIN);
    }
    return false;
  }

  private void read(JournalTables tables) throws Exception {
    progress.begins();
    var topics = new JournalTopics(config.topics());
    var reader = new RecordReader(topics, new JournalDays(clock, config.retention()));
    var intake = new Intake(config.bootstrapServers(), topics, reader, tables.begin());
    try (var session = new JournalSession(intake, tables, progress, clock)) {
      session.run(this::isStopped);
    }
  }

  private boolean isStopped() {
    return stop.getCount() == 0;
  }

  /** An interrupt is meant for what it waits for; only the signal ends it. */
  private void await(Duration pause) {
    try {
      var _ = stop.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      log.atDebug().log("interrupted while pausing");
    }
  }

  @Override
  public void close() {
    stop.countDown();
    try {
      if (!thread.join(STOP)) {
        thread.interrupt();
        thread.join(STOP);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
