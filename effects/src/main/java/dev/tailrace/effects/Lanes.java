package dev.tailrace.effects;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * All lanes of a task and the times at which their heads are tried again; no I/O, no clock, one
 * thread.
 */
final class Lanes {

  private final Map<EffectKey.LaneId, Lane> lanes = new HashMap<>();
  private final Queue<EffectKey> ready = new ArrayDeque<>();
  private final PriorityQueue<Due> due = new PriorityQueue<>();

  /** Takes an effect in; it is ready if its lane was idle. */
  void add(EffectKey key) {
    add(key, Due.AT_ONCE);
  }

  /** Takes in an effect that is ready no sooner, and holds up those behind it meanwhile. */
  void add(EffectKey key, Instant until) {
    Lane lane = lanes.computeIfAbsent(key.laneId(), id -> new Lane());
    lane.add(key, until);
    lane.next().ifPresent(this::leads);
  }

  private void leads(Due head) {
    if (head.at().equals(Due.AT_ONCE)) {
      ready.add(head.key());
    } else {
      due.add(head);
    }
  }

  /** The head of a lane is settled; the next of the lane is ready. */
  void settled(EffectKey key) {
    Lane lane = lanes.get(key.laneId());
    if (lane == null) {
      throw new IllegalStateException("BUG: " + key + " was settled, but its lane is empty");
    }
    lane.settled(key);
    lane.next().ifPresent(this::leads);
    if (lane.isEmpty()) {
      lanes.remove(key.laneId());
    }
  }

  /** The head of a lane waits until then; it goes on holding its lane. */
  void waiting(EffectKey key, Instant until) {
    due.add(new Due(until, key));
  }

  /** The next effect to be started, if one is ready or its time has come. */
  Optional<EffectKey> next(Instant now) {
    for (Due first = due.peek(); first != null && !first.at().isAfter(now); first = due.peek()) {
      ready.add(due.remove().key());
    }
    return Optional.ofNullable(ready.poll());
  }

  /** Whether {@link #next} would answer one. */
  boolean hasNext(Instant now) {
    Due first = due.peek();
    return !ready.isEmpty() || (first != null && !first.at().isAfter(now));
  }

  /** How many effects are not settled. */
  int size() {
    return lanes.values().stream().mapToInt(Lane::size).sum();
  }
}
