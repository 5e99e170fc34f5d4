package dev.tailrace.consumers.machines;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, round after round, for what webhooks have lost.
 *
 * <p>Of all instances one does it: the one that holds a lock of Postgres, on a connection of its
 * own. The others look after each period whether it is free. An instance that dies loses it with
 * its connection.
 */
final class Reconciler implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
  private static final Duration STOP = Duration.ofSeconds(2);
  private static final int ANSWER_SECONDS = 5;

  private final DataSource database;
  private final Reconciliation reconciliation;
  private final Pace pace;
  private final ReconcilerMeters meters;
  private final Clock clock;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().daemon().name("machines-reconciler").unstarted(this::run);

  /**
   * How fast it goes.
   *
   * @param every from the end of a round to the next
   * @param between calls of the provider in a round
   */
  record Pace(Duration every, Duration between) {

    static Pace of(MachinesConfig config) {
      return new Pace(
          config.reconcileEvery(), Duration.ofSeconds(1).dividedBy(config.daytona().perSecond()));
    }
  }

  Reconciler(
      DataSource database,
      Reconciliation reconciliation,
      Pace pace,
      ReconcilerMeters meters,
      Clock clock) {
    this.database = database;
    this.reconciliation = reconciliation;
    this.pace = pace;
    this.meters = meters;
    this.clock = clock;
  }

  Reconciler start() {
    thread.start();
    return this;
  }

  private void run() {
    try {
      do {
        attempt();
      } while (!isStoppedAfter(pace.every()));
    } catch (InterruptedException e) {
      log.atDebug().log("interrupted, as it is closed");
    }
  }

  private void attempt() throws InterruptedException {
    try (Connection own = database.getConnection()) {
      own.setAutoCommit(true);
      if (isAlone(own)) {
        try {
          rounds(own);
        } finally {
          release(own);
        }
      }
    } catch (SQLException | RuntimeException e) {
      putOff(e);
    }
  }

  /** As long as the connection holds, and the lock with it. */
  private void rounds(Connection own) throws InterruptedException, SQLException {
    log.atInfo().addKeyValue("every", pace.every()).log("looking for what webhooks have lost");
    do {
      round();
    } while (!isStoppedAfter(pace.every()) && own.isValid(ANSWER_SECONDS));
  }

  private void round() throws InterruptedException {
    try {
      Reconciliation.Result result = reconciliation.run(() -> !isStoppedAfter(pace.between()));
      meters.ran(result, clock.instant());
      tell(result);
    } catch (SQLException | RuntimeException e) {
      meters.failed();
      putOff(e);
    }
  }

  private void tell(Reconciliation.Result result) {
    switch (result) {
      case Reconciliation.Result.Whole(int listed, int changes) -> {
        if (changes > 0) {
          log.atInfo()
              .addKeyValue("sandboxes", listed)
              .addKeyValue("changes", changes)
              .log("found what no webhook has told");
        }
      }
      case Reconciliation.Result.CutOff(String reason, int changes) -> {
        if (!isStopped()) {
          log.atWarn()
              .addKeyValue("reason", reason)
              .addKeyValue("changes", changes)
              .log("sandboxes were not all compared");
        }
      }
    }
  }

  private static void putOff(Exception e) {
    log.atWarn().addKeyValue("reason", e.toString()).log("sandboxes are compared later");
  }

  private static boolean isAlone(Connection own) throws SQLException {
    try (Statement lock = own.createStatement();
        ResultSet row =
            lock.executeQuery(
                "select pg_try_advisory_lock(hashtextextended('tailrace machines reconciler', 0))")) {
      return row.next() && row.getBoolean(1);
    }
  }

  /** The connection may be used again by others. */
  private static void release(Connection own) {
    try (Statement unlock = own.createStatement()) {
      unlock.execute(
          "select pg_advisory_unlock(hashtextextended('tailrace machines reconciler', 0))");
    } catch (SQLException e) {
      log.atDebug().setCause(e).log("the connection is gone, and the lock with it");
    }
  }

  private boolean isStopped() {
    return stop.getCount() == 0;
  }

  private boolean isStoppedAfter(Duration pause) throws InterruptedException {
    return stop.await(pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** A call that is under way is cut off. */
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
