package dev.tailrace.effects;

import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Since when each of many is there, to the second: what is asked is only the oldest, and a second
 * takes as much memory with a thousand in it as with one. No clock, one thread.
 */
final class Ages {

  private final TreeMap<Long, Integer> bySecond = new TreeMap<>();

  void add(Instant since) {
    bySecond.merge(since.getEpochSecond(), 1, Integer::sum);
  }

  /** Takes out one that was added; an age is not worth an error when there is none. */
  void remove(Instant since) {
    long second = since.getEpochSecond();
    int left = bySecond.getOrDefault(second, 0) - 1;
    if (left > 0) {
      bySecond.put(second, left);
    } else {
      bySecond.remove(second);
    }
  }

  Optional<Instant> oldest() {
    return bySecond.isEmpty()
        ? Optional.empty()
        : Optional.of(Instant.ofEpochSecond(bySecond.firstKey()));
  }
}
