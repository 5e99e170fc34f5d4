package dev.tailrace.effects;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What has come while attempts were under way, so that no wake-up is lost: an attempt that looked
 * before an event, and is parked after it, would wait for what has been.
 *
 * <p>Nothing of it is stored. What ran when a task was closed is started again, and so looks again.
 */
final class RecentWakes {

  private record Wake(long number, Instant at) {}

  private final Duration kept;
  private final Map<Awaited, Wake> wakes = new LinkedHashMap<>();
  private long count;

  /**
   * @param kept for how long a wake is remembered: no attempt takes longer
   */
  RecentWakes(Duration kept) {
    this.kept = kept;
  }

  /** How many there were: what an attempt that begins now has seen. */
  long count() {
    return count;
  }

  void add(Awaited awaited, Instant now) {
    wakes.remove(awaited);
    wakes.put(awaited, new Wake(++count, now));
    Instant forgotten = now.minus(kept);
    Iterator<Wake> eldest = wakes.values().iterator();
    while (eldest.next().at().isBefore(forgotten)) {
      eldest.remove();
    }
  }

  /** Whether it has come since there were so many. */
  boolean hasCome(Awaited awaited, long since) {
    Wake wake = wakes.get(awaited);
    return wake != null && wake.number() > since;
  }
}
