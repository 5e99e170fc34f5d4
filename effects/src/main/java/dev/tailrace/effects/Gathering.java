package dev.tailrace.effects;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Which effects go in one batch: the heads of lanes gather by scope, and of a scope one batch is
 * under way at a time. So batches grow by themselves when much comes, and none waits for others to
 * come. No clock, one thread.
 *
 * <p>What gathers has left the heads that are ready, and counts as running; until it is in a batch
 * it can be given back.
 */
final class Gathering {

  /** What there is to know of effects. */
  interface Known {

    boolean goesInBatches(EffectKey key);

    /** What it is in a batch. */
    Share share(EffectKey key);

    Batching.Bounds bounds(BatchScope scope);

    /** Those of a call that is to be made again as it was, in order; none without one. */
    List<EffectKey> together(EffectKey key);
  }

  /** Where an effect belongs, and how many bytes it is. */
  record Share(BatchScope scope, long bytes) {}

  /** What is to be called. */
  record Formed(BatchScope scope, List<EffectKey> effects) {}

  private final Lanes lanes;
  private final Known known;
  private final Map<EffectKey, Share> gathered = new LinkedHashMap<>();
  private final Map<BatchScope, SequencedSet<EffectKey>> heads = new HashMap<>();

  /** Those of which a batch can be formed now. */
  private final Ready<BatchScope> ready = new Ready<>();

  private final Set<BatchScope> underWay = new HashSet<>();

  Gathering(Lanes lanes, Known known) {
    this.lanes = lanes;
    this.known = known;
  }

  /** One that was the next of all lanes waits here for its batch. */
  void add(EffectKey key) {
    Share its = known.share(key);
    gathered.put(key, its);
    heads.computeIfAbsent(its.scope(), scope -> new LinkedHashSet<>()).add(key);
    offer(its.scope());
  }

  private void offer(BatchScope scope) {
    if (heads.containsKey(scope) && !underWay.contains(scope)) {
      ready.add(scope);
    }
  }

  /** How many batches could be formed now. */
  int ready() {
    return ready.size();
  }

  /** Whether the next came by a replay: then all that are ready did. */
  boolean isNextReplayed() {
    return ready.isNextReplayed();
  }

  /** Forms the next batch, which is under way from now on. */
  Formed next(Instant now) {
    BatchScope scope = ready.removeFirst();
    underWay.add(scope);
    EffectKey first = heads(scope).getFirst();
    List<EffectKey> together = known.together(first);
    return new Formed(scope, together.isEmpty() ? fresh(scope, now) : again(together));
  }

  private SequencedSet<EffectKey> heads(BatchScope scope) {
    return heads.getOrDefault(scope, new LinkedHashSet<>());
  }

  /**
   * A batch of this scope is not under way any more.
   *
   * @param again what comes before all others, as far as it leads its lane
   */
  void ended(BatchScope scope, List<EffectKey> again) {
    underWay.remove(scope);
    for (EffectKey key : again.reversed()) {
      if (lanes.take(key)) {
        gathered.put(key, new Share(scope, 0));
        heads.computeIfAbsent(scope, its -> new LinkedHashSet<>()).addFirst(key);
      }
    }
    offer(scope);
  }

  /** What gathers of these lanes is with them again. */
  void giveBack(Predicate<EffectKey.LaneId> which) {
    for (EffectKey key : List.copyOf(gathered.keySet())) {
      if (which.test(key.laneId())) {
        leave(key);
        lanes.giveBack(key);
      }
    }
  }

  private void leave(EffectKey key) {
    Share its = gathered.remove(key);
    if (its == null) {
      throw new IllegalStateException("BUG: " + key + " leaves, but has not gathered");
    }
    SequencedSet<EffectKey> left = heads(its.scope());
    left.remove(key);
    if (left.isEmpty()) {
      heads.remove(its.scope());
      ready.remove(its.scope());
    }
  }

  /** The heads in order; and if there is room for more, those behind them, in turn of each lane. */
  private List<EffectKey> fresh(BatchScope scope, Instant now) {
    var batch = new Growing(known.bounds(scope));
    boolean isFull = false;
    for (EffectKey head : heads(scope)) {
      if (!isApart(head) && !batch.hasOneOf(head)) {
        isFull = !batch.grows(head, bytes(head));
        if (isFull) {
          break;
        }
      }
    }
    batch.effects.forEach(this::leave);
    Deque<EffectKey> last = new ArrayDeque<>(isFull ? List.of() : batch.effects);
    while (!last.isEmpty()) {
      behind(last.remove(), now)
          .filter(next -> joins(next, scope, batch))
          .ifPresent(
              next -> {
                lanes.lend(next);
                last.add(next);
              });
    }
    return batch.effects;
  }

  private long bytes(EffectKey head) {
    Share its = gathered.get(head);
    return its == null ? 0 : its.bytes();
  }

  /** Whether it goes with those that it was with before. */
  private boolean isApart(EffectKey key) {
    return !known.together(key).isEmpty();
  }

  private Optional<EffectKey> behind(EffectKey key, Instant now) {
    return lanes
        .behind(key.laneId())
        .filter(next -> next.getValue().isOver(now))
        .map(Map.Entry::getKey);
  }

  /** One whose scope can't be told comes to be a head, and is looked at then. */
  private boolean joins(EffectKey key, BatchScope scope, Growing batch) {
    if (!known.goesInBatches(key) || isApart(key) || batch.hasOneOf(key)) {
      return false;
    }
    Share its;
    try {
      its = known.share(key);
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      return false;
    }
    return its.scope().equals(scope) && batch.grows(key, its.bytes());
  }

  /** Those of a call that was made before, but for what has left, is paused, or is held up. */
  private List<EffectKey> again(List<EffectKey> together) {
    var batch = new ArrayList<EffectKey>();
    var lanesOfBatch = new HashSet<EffectKey.LaneId>();
    for (EffectKey key : together) {
      if (comesAgain(key, lanesOfBatch.contains(key.laneId()))) {
        batch.add(key);
        lanesOfBatch.add(key.laneId());
      }
    }
    return batch;
  }

  private boolean comesAgain(EffectKey key, boolean isBehind) {
    if (gathered.containsKey(key)) {
      leave(key);
      return true;
    }
    if (!isBehind) {
      return lanes.take(key);
    }
    boolean isNext = lanes.behind(key.laneId()).filter(its -> its.getKey().equals(key)).isPresent();
    if (isNext) {
      lanes.lend(key);
    }
    return isNext;
  }

  /** A batch that is being formed. */
  private static final class Growing {

    private record OfEvent(UUID eventId, String item) {}

    private final Batching.Bounds bounds;
    private final List<EffectKey> effects = new ArrayList<>();
    private final Set<OfEvent> events = new HashSet<>();
    private long bytes;

    Growing(Batching.Bounds bounds) {
      this.bounds = bounds;
    }

    /** Whether the same effect is in it already, which may have come twice. */
    boolean hasOneOf(EffectKey key) {
      return events.contains(new OfEvent(key.eventId(), key.item()));
    }

    /** Takes one in, if there is room; the first always is. */
    boolean grows(EffectKey key, long its) {
      if (!effects.isEmpty()
          && (effects.size() >= bounds.effects() || bytes + its > bounds.bytes())) {
        return false;
      }
      effects.add(key);
      events.add(new OfEvent(key.eventId(), key.item()));
      bytes += its;
      return true;
    }
  }
}
