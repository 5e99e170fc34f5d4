package dev.tailrace.effects;

import java.time.Duration;

/**
 * How often something may be done, by all instances of an application together; each has the share
 * that it has of the partitions.
 *
 * <p>In any time there are at most its permits for that time and the burst beside them.
 *
 * @param permits in each period, 1 to 1 000 000
 * @param per up to a day
 * @param burst how many at once after a rest, 1 to 1 000 000; each instance has one at least
 */
public record Rate(int permits, Duration per, int burst) {

  private static final int MOST = 1_000_000;
  private static final Duration LONGEST = Duration.ofDays(1);

  /** Who comes so late for his turn, because threads have other things to do, loses nothing. */
  private static final Duration LATE = Duration.ofMillis(100);

  public Rate {
    if (permits < 1 || permits > MOST) {
      throw new IllegalArgumentException("a rate has 1 to 1000000 permits, was " + permits);
    }
    if (!per.isPositive() || per.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("a rate is for up to a day, was for " + per);
    }
    if (burst < 1 || burst > MOST) {
      throw new IllegalArgumentException("a burst is of 1 to 1000000 permits, was " + burst);
    }
  }

  /** With a burst of what comes in a tenth of a second, and of 2 at least. */
  public static Rate perSecond(int permits) {
    return of(permits, Duration.ofSeconds(1));
  }

  /** With a burst of what comes in a tenth of a second, and of 2 at least. */
  public static Rate perMinute(int permits) {
    return of(permits, Duration.ofMinutes(1));
  }

  private static Rate of(int permits, Duration per) {
    long late = LATE.toNanos() * permits;
    return new Rate(permits, per, 1 + (int) Math.max(1, Math.ceilDiv(late, per.toNanos())));
  }

  /** With 1 they are evenly spaced, and who comes late for his turn makes the others later. */
  public Rate burst(int most) {
    return new Rate(permits, per, most);
  }

  /** What an instance has of it: its tasks are so many of all partitions. */
  Pace share(int tasks, int partitions) {
    long interval = Math.ceilDiv(per.toNanos() * partitions, (long) permits * tasks);
    int most = (int) Math.max(1, (long) burst * tasks / partitions);
    return new Pace(Duration.ofNanos(interval), most);
  }

  /**
   * A share of a rate.
   *
   * @param interval from one permit to the next
   */
  record Pace(Duration interval, int burst) {}
}
