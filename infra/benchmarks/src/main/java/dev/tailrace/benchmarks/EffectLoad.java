package dev.tailrace.benchmarks;

import java.time.Duration;
import java.util.Locale;

/**
 * Effects as an application is given them, one after another by their numbers.
 *
 * @param call how long a call takes where the destination is well
 * @param lanes over so many the effects are spread
 * @param deadOneIn of so many lanes one has a destination that never answers; zero where all are
 *     well
 */
record EffectLoad(Duration call, int lanes, int deadOneIn) {

  /** The lane of a dead destination begins so; the others' do not. */
  static final String DEAD = "dead-";

  /** One lane of so many is dead, where some are and nothing else is told. */
  static final int ONE_IN = 100;

  /** Among so many effects there is a dead one, where some are. */
  static final int WITH_A_DEAD_ONE = ONE_IN + ONE_IN / 10;

  EffectLoad(Duration call, int lanes, boolean someDead) {
    this(call, lanes, someDead ? ONE_IN : 0);
  }

  EffectLoad healthy() {
    return withDead(0);
  }

  EffectLoad withDead() {
    return withDead(ONE_IN);
  }

  EffectLoad withDead(int oneIn) {
    return new EffectLoad(call, lanes, oneIn);
  }

  boolean someDead() {
    return deadOneIn > 0;
  }

  String lane(long number) {
    long lane = number % lanes;
    return (isDead(number) ? DEAD : "lane-") + lane;
  }

  boolean isDead(long number) {
    return someDead() && number % lanes % deadOneIn == deadOneIn / 2;
  }

  /** How many of the first so many have a destination that is well. */
  long well(long count) {
    if (!someDead()) {
      return count;
    }
    long rest = count % lanes;
    return count - count / lanes * dead(lanes) - dead(rest);
  }

  /** How many of so many lanes are dead, from the first on. */
  private long dead(long firstLanes) {
    return (firstLanes + deadOneIn - deadOneIn / 2 - 1) / deadOneIn;
  }

  String heading() {
    return String.format(Locale.ROOT, "%d ms, %,d lanes", call.toMillis(), lanes);
  }

  @Override
  public String toString() {
    return heading() + (someDead() ? ", one of " + deadOneIn + " dead" : "");
  }
}
