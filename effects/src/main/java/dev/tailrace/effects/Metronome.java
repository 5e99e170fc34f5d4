package dev.tailrace.effects;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Lets one go after another, so many in a second; what was late is made up for a little. */
final class Metronome {

  private static final long MOST_LATE_NANOS = Duration.ofMillis(50).toNanos();

  private final long interval;
  private long next = System.nanoTime();

  Metronome(int perSecond) {
    this.interval = Duration.ofSeconds(1).toNanos() / perSecond;
  }

  /** Waits for the next beat; false when the thread is interrupted. */
  boolean await() {
    Thread thread = Thread.currentThread();
    for (long now = System.nanoTime();
        now - next < 0 && !thread.isInterrupted();
        now = System.nanoTime()) {
      LockSupport.parkNanos(next - now);
    }
    next = Math.max(next + interval, System.nanoTime() - MOST_LATE_NANOS);
    return !thread.isInterrupted();
  }
}
