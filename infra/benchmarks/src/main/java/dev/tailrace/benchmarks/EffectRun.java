package dev.tailrace.benchmarks;

import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;

/**
 * One contestant under one load: its process is given, one after another, a warm-up that does not
 * count, a backlog that is there all at once and is drained, and effects at a steady rate.
 */
final class EffectRun implements AutoCloseable {

  private static final Duration PACED_WARM_UP = Duration.ofSeconds(3);
  private static final Duration WARM_UP_LIMIT = Duration.ofMinutes(3);
  private static final Duration DRAIN_LIMIT = Duration.ofMinutes(4);
  private static final Duration PACED_LIMIT = Duration.ofSeconds(15);

  private final Stage stage;
  private final Caller contestant;
  private final EffectLoad load;
  private final Clock clock;
  private final EffectEntry entry;
  private final ServiceProcess process;
  private final EffectEvents events;

  /** Starts the contestant, with nothing to do. */
  EffectRun(
      Stage stage, Caller contestant, EffectLoad load, String id, int concurrency, Clock clock)
      throws IOException, SQLException {
    this.stage = stage;
    this.contestant = contestant;
    this.load = load;
    this.clock = clock;
    stage.execute("truncate effect_done", "checkpoint");
    entry = contestant.enter(stage, id, load, concurrency);
    process = entry.start();
    events = new EffectEvents(stage, entry, load, clock);
  }

  /** Gives it so many that do not count. */
  void warmUp(long effects) {
    events.append(Phase.WARM_UP, effects);
    if (!entry.awaitAll(WARM_UP_LIMIT, process)) {
      throw new IllegalStateException(
          "%d of the warm-up's %d effects did not come through; it printed:%n%s"
              .formatted(entry.missing(), effects, process.printed()));
    }
  }

  /** Gives it so many at once, and follows it until it is through with those that are well. */
  Drain drain(long effects) throws IOException {
    events.append(Phase.BACKLOG, effects);
    return Drain.follow(stage, entry, process, load.well(effects), DRAIN_LIMIT);
  }

  /** Gives it so many a second for so long, after some that do not count. */
  PacedEffects pace(double perSecond, Duration time) {
    events.pace(Phase.PACED_WARM_UP, perSecond, PACED_WARM_UP);
    if (!contestant.records()) {
      return timed(perSecond, time);
    }
    try (var outcomes = new OutcomesSeen(stage, entry.prefix(), clock)) {
      PacedEffects timed = timed(perSecond, time);
      return timed.recorded(outcomes.millis(50), outcomes.millis(99));
    }
  }

  private PacedEffects timed(double perSecond, Duration time) {
    long wanted = events.pace(Phase.PACED, perSecond, time);
    entry.awaitAll(PACED_LIMIT, process);
    return PacedEffects.of(
        perSecond, entry.status(), wanted, Math.max(0, entry.missing()), PACED_LIMIT);
  }

  @Override
  public void close() {
    events.close();
    process.close();
    entry.close();
  }
}
