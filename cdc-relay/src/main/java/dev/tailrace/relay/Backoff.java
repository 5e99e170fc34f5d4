package dev.tailrace.relay;

import java.time.Duration;

/** Pauses between tries, each twice the one before, up to 10 s; for one thread. */
final class Backoff {

  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration MOST = Duration.ofSeconds(10);

  private Duration next = FIRST;

  Duration next() {
    Duration pause = next;
    Duration twice = pause.multipliedBy(2);
    next = twice.compareTo(MOST) > 0 ? MOST : twice;
    return pause;
  }

  /** What was tried went well: the next failure is a first one. */
  void reset() {
    next = FIRST;
  }
}
