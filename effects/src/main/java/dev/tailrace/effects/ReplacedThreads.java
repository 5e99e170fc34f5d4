package dev.tailrace.effects;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** How many stream threads died lately: each is replaced, unless they die one after another. */
final class ReplacedThreads {

  private static final int MOST = 10;
  private static final long LATELY_NANOS = Duration.ofMinutes(10).toNanos();

  private final Deque<Long> times = new ArrayDeque<>();

  /** One died; answers whether it may be replaced. */
  synchronized boolean mayReplace() {
    long now = System.nanoTime();
    while (!times.isEmpty() && now - times.getFirst() > LATELY_NANOS) {
      times.removeFirst();
    }
    times.add(now);
    return times.size() <= MOST;
  }
}
