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

  /** So many in a row are a backlog, and a burst. */
  static final int MESSAGES = 1_500;

  /** At the full rate of a walsender less than its send buffer holds. */
  static final Duration LONGEST = Duration.ofMillis(5);

  /** As many times as long as the burst took: the reader is never what limits the rate. */
  private static final int SHARE = 2;

  private long began;
  private int messages;

  /** Nothing more is there: it has caught up. */
  void caughtUp() {
    messages = 0;
  }

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
    return Math.min(LONGEST.toNanos(), (now - began) * SHARE);
  }
}
