package dev.tailrace.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How effects are measured.
 *
 * @param effects how many a backlog has
 * @param loads in the order in which they are run
 * @param paced how long effects are timed after each backlog; zero for not at all
 * @param perSecond the steady rate; zero for half of what the backlog was drained at
 * @param concurrency how many calls may run at once
 */
record EffectPlan(
    long effects,
    int rounds,
    List<EffectLoad> loads,
    Duration paced,
    double perSecond,
    int concurrency) {

  private static final Duration ONE_BY_ONE = Duration.ofSeconds(10);
  private static final int WARM_UP_SHARE = 4;

  EffectPlan {
    loads = List.copyOf(loads);
  }

  /** Each load without dead destinations stands before the same with some. */
  static List<EffectLoad> loads(List<Integer> callMillis, List<Integer> lanes, boolean dead) {
    var loads = new ArrayList<EffectLoad>();
    for (int millis : callMillis) {
      for (int count : lanes) {
        var load = new EffectLoad(Duration.ofMillis(millis), count, false);
        loads.add(load);
        if (dead) {
          loads.add(load.withDead());
        }
      }
    }
    return loads;
  }

  /** The same without those with dead destinations. */
  List<EffectLoad> healthy() {
    return loads.stream().filter(load -> !load.someDead()).toList();
  }

  /** Whoever makes one call after another gets as many as take some ten seconds. */
  long backlog(Caller contestant, EffectLoad load) {
    double seconds = load.call().toNanos() / 1e9;
    if (load.someDead()) {
      seconds += Destination.givenUpAfter().toNanos() / 1e9 / EffectLoad.ONE_IN;
    }
    return !contestant.oneByOne() || seconds == 0
        ? effects
        : Math.clamp(
            (long) (ONE_BY_ONE.toSeconds() / seconds),
            EffectLoad.WITH_A_DEAD_ONE,
            Math.max(EffectLoad.WITH_A_DEAD_ONE, effects));
  }

  long warmUp(Caller contestant, EffectLoad load) {
    return backlog(contestant, load) / WARM_UP_SHARE;
  }
}
