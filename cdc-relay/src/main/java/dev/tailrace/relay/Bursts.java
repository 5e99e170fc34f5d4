package dev.tailrace.relay;

import java.time.Duration;
import java.util.function.LongSupplier;

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

  private final LongSupplier nanos;
  private long began;
  private int messages;

  /**
   * @param nanos the time, asked for twice a burst
   */
  Bursts(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** One was read; for how many nanoseconds to stop, mostly 0. */
  long read() {
    if (messages == 0) {
      began = nanos.getAsLong();
    }
    messages++;
    if (messages < MESSAGES) {
      return 0;
    }
    messages = 0;
    long took = nanos.getAsLong() - began;
    return took > BACKLOG.toNanos() ? 0 : Math.min(LONGEST.toNanos(), took * SHARE);
  }
}
