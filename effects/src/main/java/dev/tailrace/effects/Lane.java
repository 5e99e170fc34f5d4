package dev.tailrace.effects;

import java.util.Optional;
import java.util.TreeSet;

/**
 * The effects of one lane: one under way or waiting for its next try, the others behind it in
 * order.
 *
 * <p>The head holds its lane until it is settled, also while it waits to be tried again: that is
 * what keeps the order.
 */
final class Lane {

  private final TreeSet<EffectKey> behind = new TreeSet<>();
  private Optional<EffectKey> head = Optional.empty();

  /** Takes an effect in; one that is already here is not taken twice. */
  void add(EffectKey key) {
    if (!head.equals(Optional.of(key))) {
      behind.add(key);
    }
  }

  /** The next effect to be started, when none holds the lane; it holds it from now on. */
  Optional<EffectKey> next() {
    if (head.isPresent()) {
      return Optional.empty();
    }
    head = Optional.ofNullable(behind.pollFirst());
    return head;
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
