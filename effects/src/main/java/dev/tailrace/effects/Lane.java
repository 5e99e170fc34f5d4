package dev.tailrace.effects;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The effects of one lane: one under way or waiting, the others behind it in order; the first of
 * these may be lent to the worker that the head is with.
 *
 * <p>The head holds its lane until it is settled, also while it waits to be tried again: that is
 * what keeps the order. Of those behind it only the first are in memory; the rest are in the store,
 * all of them behind these, and are fetched when these have run.
 */
final class Lane {

  private final int mostBehind;
  private final TreeMap<EffectKey, Waiting> behind = new TreeMap<>();
  private Optional<EffectKey> head = Optional.empty();

  /** In order, and before all that are behind. */
  private final Deque<EffectKey> lent = new ArrayDeque<>();

  /** All that is beyond it is in the store alone, but for the head and what is lent. */
  private Optional<EffectKey> horizon = Optional.empty();

  private int stored;

  /**
   * @param mostBehind how many are kept in memory behind the head
   */
  Lane(int mostBehind) {
    this.mostBehind = mostBehind;
  }

  /**
   * Takes an effect in; one that is already here is not taken twice. Answers whether it is in
   * memory.
   */
  boolean add(EffectKey key, Waiting waiting) {
    return isAhead(key) || putBehind(key, waiting);
  }

  private boolean isAhead(EffectKey key) {
    return isHeldBy(key) || lent.contains(key);
  }

  private boolean putBehind(EffectKey key, Waiting waiting) {
    if (stored > 0 && isBeyondHorizon(key)) {
      stored++;
      return false;
    }
    behind.putIfAbsent(key, waiting);
    if (isBeyondHorizon(key)) {
      horizon = Optional.of(key);
    }
    if (behind.size() > mostBehind) {
      behind.pollLastEntry();
      stored++;
      horizon = Optional.of(behind.lastKey());
    }
    return !isBeyondHorizon(key);
  }

  private boolean isBeyondHorizon(EffectKey key) {
    return horizon.isEmpty() || key.compareTo(horizon.get()) > 0;
  }

  /**
   * The next effect, when none holds the lane; it holds it from now on.
   *
   * @param rest where the lane's other effects are
   */
  Optional<Map.Entry<EffectKey, Waiting>> next(Stored rest) {
    if (head.isPresent()) {
      return Optional.empty();
    }
    Optional<Map.Entry<EffectKey, Waiting>> first = first(rest);
    first.ifPresent(entry -> behind.remove(entry.getKey()));
    head = first.map(Map.Entry::getKey);
    return first;
  }

  private Optional<Map.Entry<EffectKey, Waiting>> first(Stored rest) {
    if (behind.isEmpty() && stored > 0) {
      fetch(rest);
    }
    return Optional.ofNullable(behind.firstEntry());
  }

  /** The first of those behind. */
  Optional<Map.Entry<EffectKey, Waiting>> behind(Stored rest) {
    return first(rest);
  }

  /**
   * Lends the first of those behind, which leads the lane as soon as those before it are settled.
   */
  void lend(EffectKey first) {
    behind.remove(first);
    lent.add(first);
  }

  /** One that was lent has not begun, also if it leads the lane by now, and is behind again. */
  void giveBack(EffectKey key, Waiting until) {
    if (isHeldBy(key)) {
      head = Optional.empty();
    } else if (!lent.remove(key)) {
      throw new IllegalStateException("BUG: " + key + " was given back, but not lent");
    }
    // Those before it may have pushed the horizon back beyond it, meanwhile.
    putBehind(key, until);
  }

  boolean isBeforeLent(EffectKey key) {
    return !lent.isEmpty() && key.compareTo(lent.getLast()) < 0 && !lent.contains(key);
  }

  boolean isAnyPutBehind() {
    if (head.isPresent() && head.get().isPutBehind()) {
      return true;
    }
    for (EffectKey each : lent) {
      if (each.isPutBehind()) {
        return true;
      }
    }
    return false;
  }

  int lent() {
    return lent.size();
  }

  private void fetch(Stored rest) {
    EffectKey last = horizon.orElseThrow();
    // The head and what is lent may be beyond the horizon too, and are in the store until settled.
    rest.behind(last, mostBehind + 1 + lent.size()).entrySet().stream()
        .filter(entry -> !isAhead(entry.getKey()))
        .limit(mostBehind)
        .forEach(entry -> behind.put(entry.getKey(), entry.getValue()));
    if (behind.isEmpty()) {
      throw new IllegalStateException(
          "BUG: %d effects behind %s are not in the store".formatted(stored, last));
    }
    stored -= behind.size();
    horizon = Optional.of(behind.lastKey());
  }

  /** The head is done, skipped or dead, and leaves the lane. */
  void settled(EffectKey key) {
    if (!isHeldBy(key)) {
      throw new IllegalStateException("BUG: " + key + " was settled, but does not hold its lane");
    }
    head = Optional.ofNullable(lent.poll());
  }

  /** What holds the lane. */
  Optional<EffectKey> head() {
    return head;
  }

  boolean isHeldBy(EffectKey key) {
    return head.equals(Optional.of(key));
  }

  /** One that does not hold the lane leaves it; its record in the store is gone. */
  void remove(EffectKey key) {
    if (behind.remove(key) == null) {
      stored--;
    }
  }

  boolean isEmpty() {
    return size() == 0;
  }

  int size() {
    return inMemory() + stored;
  }

  int inMemory() {
    return behind.size() + lent.size() + (head.isPresent() ? 1 : 0);
  }

  /** Where a lane's effects are beyond those in memory. */
  @FunctionalInterface
  interface Stored {

    /** The first of those that are behind this one in its lane. */
    Map<EffectKey, Waiting> behind(EffectKey key, int most);
  }
}
