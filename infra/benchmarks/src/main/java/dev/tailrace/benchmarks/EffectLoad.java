package dev.tailrace.benchmarks;

import java.time.Duration;
import java.util.Locale;

/**
 * Effects as an application is given them, one after another by their numbers.
 *
 * @param call how long a call takes where the destination is well
 * @param lanes over so many the effects are spread
 * @param someDead whether one lane of a hundred has a destination that never answers
 */
record EffectLoad(Duration call, int lanes, boolean someDead) {

  /** The lane of a dead destination begins so; the others' do not. */
  static final String DEAD = "dead-";

  /** One lane of so many is dead, where some are. */
  static final int ONE_IN = 100;

  /** Among so many effects there is a dead one, where some are. */
  static final int WITH_A_DEAD_ONE = ONE_IN + ONE_IN / 10;

  EffectLoad healthy() {
    return new EffectLoad(call, lanes, false);
  }

  EffectLoad withDead() {
    return new EffectLoad(call, lanes, true);
  }

  String lane(long number) {
    long lane = number % lanes;
    return (isDead(number) ? DEAD : "lane-") + lane;
  }

  boolean isDead(long number) {
    return someDead && number % lanes % ONE_IN == ONE_IN / 2;
  }

  /** How many of the first so many have a destination that is well. */
  long well(long count) {
    if (!someDead) {
      return count;
    }
    long rest = count % lanes;
    return count - count / lanes * dead(lanes) - dead(rest);
  }

  /** How many of so many lanes are dead, from the first on. */
  private static long dead(long firstLanes) {
    return (firstLanes + ONE_IN / 2 - 1) / ONE_IN;
  }

  String heading() {
    return String.format(Locale.ROOT, "%d ms, %,d lanes", call.toMillis(), lanes);
  }

  @Override
  public String toString() {
    return heading() + (someDead ? ", 1 % dead" : "");
  }
}
