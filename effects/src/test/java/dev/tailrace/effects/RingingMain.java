package dev.tailrace.effects;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.Topics;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.contracts.service.AdminAddress;
import dev.tailrace.contracts.service.Service;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * An application to be killed or paused: its destination is a table of a database, which has each
 * call at once and so tells in which order they came. It refuses what comes late, by the number in
 * the lane, and marks it.
 */
final class RingingMain {

  private static final int CONCURRENCY = 64;

  /**
   * Where it runs, and how.
   *
   * @param instance its name
   * @param call how long a call takes
   * @param batch how many effects go in one call; 0 for each by itself
   * @param across in how many lanes across Kafka keys its effects run; 0 for one of each task
   * @param state its folder
   * @param log what it prints
   */
  record Place(String instance, Duration call, int batch, int across, Path state, Path log) {

    /** The only instance, with calls of 2 ms. */
    static Place of(Path state, Path log) {
      return new Place("kitchen-0", Duration.ofMillis(2), 0, 0, state, log);
    }

    /** With so many effects in a call. */
    Place inBatchesOf(int effects) {
      return new Place(instance, call, effects, across, state, log);
    }

    /** With so many lanes across Kafka keys. */
    Place inLanesAcross(int lanes) {
      return new Place(instance, call, batch, lanes, state, log);
    }
  }

  private RingingMain() {}

  /**
   * Runs until it is killed.
   *
   * @param args brokers, prefix of the topics, folder of the state, URL of the database, user,
   *     password, the instance's name, how many ms a call takes, how many effects a batch has, and
   *     how many lanes there are across Kafka keys
   */
  public static void main(String[] args) throws InterruptedException {
    var effects =
        new EffectsConfig(
            args[0],
            new Topics(args[1]),
            args[6],
            Path.of(args[2]),
            1,
            CONCURRENCY,
            "/tailrace/test");
    var database = new DatabaseConfig(args[3], args[4], args[5], 16, Duration.ofSeconds(10));
    Duration call = Duration.ofMillis(Long.parseLong(args[7]));
    int batch = Integer.parseInt(args[8]);
    int across = Integer.parseInt(args[9]);
    Service.start(
        "kitchen",
        AdminAddress.FREE,
        service -> {
          DataSource pool = service.with(Database.pool(database, "kitchen", service.meters()));
          Application kitchen = kitchen(pool, call, batch, across);
          Effects.start(kitchen, effects, pool, service, Clock.systemUTC());
        });
    new CountDownLatch(1).await();
  }

  private static Application kitchen(DataSource database, Duration call, int batch, int across) {
    var application = new Application("kitchen");
    Registration<TaskClaimed> ring =
        application
            .consumer("ring")
            .on(TaskClaimed.class)
            .retry(Backoff.schedule("50ms*20 500ms*9999"));
    if (across > 0) {
      ring.laneAcross(its -> "lane-" + Math.floorMod(its.event().taskId().hashCode(), across));
    }
    if (batch == 0) {
      ring.handle(effect -> ring(database, call, effect));
    } else {
      ring.batchAll().atMost(batch).handleBatch(its -> ring(database, call, its));
    }
    return application;
  }

  /** Some fail at first, so that lanes wait here and there. */
  private static Outcome ring(DataSource database, Duration call, Effect<TaskClaimed> effect)
      throws SQLException {
    LockSupport.parkNanos(call.toNanos());
    if (Database.inTransaction(database, connection -> isLate(connection, effect))) {
      return Outcome.retry("it came late");
    }
    return effect.attempt() == 1 && effect.envelope().seq().endsWith("77")
        ? Outcome.retry("once more")
        : Outcome.done("rung");
  }

  /** One after another; behind one that fails those of its lane are not tried. */
  private static HandledBatch ring(DataSource database, Duration call, Batch<TaskClaimed> batch)
      throws SQLException {
    var held = new HashSet<String>();
    var outcomes = new ArrayList<Outcome>();
    for (Effect<TaskClaimed> effect : batch.effects()) {
      String lane = effect.event().taskId();
      Outcome outcome =
          held.contains(lane)
              ? Outcome.retry("behind another")
              : ring(database, call.dividedBy(batch.size()), effect);
      if (!(outcome instanceof Outcome.Done)) {
        held.add(lane);
      }
      outcomes.add(outcome);
    }
    boolean isAnyFirst = batch.effects().stream().anyMatch(effect -> effect.attempt() == 1);
    return isAnyFirst && batch.effects().getFirst().envelope().seq().endsWith("5")
        ? Outcome.retry("all once more")
        : new Outcomes(outcomes);
  }

  /** Writes the call down, and says whether one with a greater number came before it. */
  private static boolean isLate(Connection connection, Effect<TaskClaimed> effect)
      throws SQLException {
    try (PreparedStatement alone =
            connection.prepareStatement("select pg_advisory_xact_lock(hashtext(?))");
        PreparedStatement call =
            connection.prepareStatement(
                """
                insert into call (lane, seq, event, key, lane_seq, late)
                select its.*, exists (
                  select from call where lane = its.lane and lane_seq > its.lane_seq and not late)
                from (values (?, ?, ?, ?, ?)) as its (lane, seq, event, key, lane_seq)
                returning late""")) {
      alone.setString(1, effect.event().taskId());
      alone.execute();
      call.setString(1, effect.event().taskId());
      call.setString(2, effect.envelope().seq());
      call.setString(3, effect.envelope().id().toString());
      call.setString(4, effect.idempotencyKey());
      call.setLong(5, effect.laneSeq());
      try (ResultSet row = call.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }
}
