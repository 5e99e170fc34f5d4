package dev.tailrace.effects;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The effects of one lane: one under way or waiting for its next try, the others behind it in
 * order.
 *
 * <p>The head holds its lane until it is settled, also while it waits to be tried again: that is
 * what keeps the order.
 */
final class Lane {

  private final TreeMap<EffectKey, Instant> behind = new TreeMap<>();
  private Optional<EffectKey> head = Optional.empty();

  /**
   * Takes an effect in; one that is already here is not taken twice.
   *
   * @param due when it may be started
   */
  void add(EffectKey key, Instant due) {
    if (!head.equals(Optional.of(key))) {
      behind.putIfAbsent(key, due);
    }
  }

  /** The next effect to be started, when none holds the lane; it holds it from now on. */
  Optional<Due> next() {
    if (head.isPresent() || behind.isEmpty()) {
      return Optional.empty();
    }
    Map.Entry<EffectKey, Instant> first = behind.pollFirstEntry();
    head = Optional.of(first.getKey());
    return Optional.of(new Due(first.getValue(), first.getKey()));
  }

  /** The head is done, skipped or dead, and leaves the lane. */
  void settled(EffectKey key) {
    if (!head.equals(Optional.of(key))) {
      throw new IllegalStateException("BUG: " + key + " was settled, but does not hold its lane");
    }
    head = Optional.empty();
  }

  boolean isEmpty() {
    return head.isEmpty() && behind.isEmpty();
  }

  int size() {
    return behind.size() + (head.isPresent() ? 1 : 0);
  }
}
