package dev.tailrace.ingest;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many requests each source or tenant has among those that are worked on, so that none of them
 * can take all the places: who floods is asked to slow down before the others notice.
 */
final class Shares {

  private final int most;
  private final Map<String, Integer> taken = new ConcurrentHashMap<>();

  /**
   * @param most the most that one of them may have at once
   */
  Shares(int most) {
    this.most = most;
  }

  /** Takes a place for the key; false when it has all that it may have. */
  boolean take(String key) {
    boolean[] granted = new boolean[1];
    taken.compute(
        key,
        (_, count) -> {
          int now = count == null ? 0 : count;
          granted[0] = now < most;
          return granted[0] ? Integer.valueOf(now + 1) : count;
        });
    return granted[0];
  }

  /** Gives a place back that was taken. */
  void give(String key) {
    taken.computeIfPresent(key, (_, count) -> count == 1 ? null : count - 1);
  }
}
