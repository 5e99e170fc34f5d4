package dev.tailrace.effects;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Predicate;

/** What may be started, in the order in which it became ready; what came by a replay after all. */
final class Ready<T extends Asking> {

  private final SequencedSet<T> live = new LinkedHashSet<>();
  private final SequencedSet<T> past = new LinkedHashSet<>();

  void add(T one) {
    of(one.isReplayed()).add(one);
  }

  /** Answers whether it was there. */
  boolean remove(T one) {
    return of(one.isReplayed()).remove(one);
  }

  T first() {
    return of(isNextReplayed()).getFirst();
  }

  T removeFirst() {
    return of(isNextReplayed()).removeFirst();
  }

  /** Removes from the front, live and past, those that are met; tells of each. */
  void removeWhile(Predicate<T> met, java.util.function.Consumer<T> removed) {
    for (SequencedSet<T> each : List.of(live, past)) {
      while (!each.isEmpty() && met.test(each.getFirst())) {
        removed.accept(each.removeFirst());
      }
    }
  }

  private SequencedSet<T> of(boolean isReplayed) {
    return isReplayed ? past : live;
  }

  boolean isEmpty() {
    return live.isEmpty() && past.isEmpty();
  }

  /** Whether the next came by a replay: then all did. */
  boolean isNextReplayed() {
    return live.isEmpty();
  }

  int size() {
    return live.size() + past.size();
  }

  /** How many are started before one more that came by a replay, or not. */
  int sizeBefore(boolean isReplayed) {
    return isReplayed ? size() : live.size();
  }
}
