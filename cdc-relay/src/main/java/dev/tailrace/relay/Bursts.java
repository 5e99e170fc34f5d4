package dev.tailrace.relay;

import java.time.Duration;

/**
 * When a reader that is behind stops for a moment, so that what comes gathers in the sockets.
 *
 * <p>The walsender sends each message by itself, and a reader that keeps up wakes for each. Both
 * pay several times as much for it then as when the sockets are full: the message goes through all
 * of TCP alone. While a backlog is read nobody waits for the single message.
 */
final class Bursts {

  /** After so many it is asked whether to stop. */
  static final int MESSAGES = 1_500;

  /** Who reads so many in a shorter time reads a backlog. */
  static final Duration BACKLOG = Duration.ofMillis(20);

  /** At the full rate of a walsender less than its send buffer holds. */
  static final Duration LONGEST = Duration.ofMillis(5);

  /** As many times as long as the burst took: far from what would limit the rate. */
  private static final int SHARE = 3;

  private long began;
  private int messages;

  /**
   * One was read.
   *
   * @param now in nanoseconds
   * @return for how many nanoseconds to stop, mostly 0
   */
  long read(long now) {
    if (messages == 0) {
      began = now;
    }
    messages++;
    if (messages < MESSAGES) {
      return 0;
    }
    messages = 0;
    long took = now - began;
    return took > BACKLOG.toNanos() ? 0 : Math.min(LONGEST.toNanos(), took * SHARE);
  }
}
