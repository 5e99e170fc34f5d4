package dev.tailrace.benchmarks;

import java.util.concurrent.locks.LockSupport;

/**
 * When each of many is due that come at a steady rate.
 *
 * <p>What is late is due all the same when it was: who measures from there leaves out nothing of
 * what a slow machine does.
 *
 * @param begin when number 0 is due; as {@link System#nanoTime} tells it, as all times here
 */
record Pace(long begin, double perSecond) {

  long due(long number) {
    return begin + (long) (number * 1e9 / perSecond);
  }

  /** Returns when it is due, at once when it has been. */
  static void await(long due) {
    for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
      LockSupport.parkNanos(due - now);
    }
  }
}
