package dev.tailrace.effects;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * All lanes of a task and the times at which their heads are tried again; no I/O, no clock, one
 * thread.
 */
final class Lanes {

  private record Due(Instant at, EffectKey key) {}

  private final Map<EffectKey.LaneId, Lane> lanes = new HashMap<>();
  private final PriorityQueue<Due> due =
      new PriorityQueue<>(Comparator.comparing(Due::at).thenComparing(Due::key));

  /** Takes an effect in; answers the one to be started now, if its lane was idle. */
  Optional<EffectKey> add(EffectKey key) {
    Lane lane = lanes.computeIfAbsent(key.laneId(), id -> new Lane());
    lane.add(key);
    return lane.next();
  }

  /** The head of a lane is settled; answers the one to be started now. */
  Optional<EffectKey> settled(EffectKey key) {
    Lane lane = lanes.get(key.laneId());
    if (lane == null) {
      throw new IllegalStateException("BUG: " + key + " was settled, but its lane is empty");
    }
    lane.settled(key);
    Optional<EffectKey> next = lane.next();
    if (lane.isEmpty()) {
      lanes.remove(key.laneId());
    }
    return next;
  }

  /** The head of a lane waits until then; it goes on holding its lane. */
  void waiting(EffectKey key, Instant until) {
    due.add(new Due(until, key));
  }

  /** The next effect whose time has come. */
  Optional<EffectKey> takeDue(Instant now) {
    Due first = due.peek();
    if (first == null || first.at().isAfter(now)) {
      return Optional.empty();
    }
    return Optional.of(due.remove().key());
  }

  /** How many effects are not settled. */
  int size() {
    return lanes.values().stream().mapToInt(Lane::size).sum();
  }
}
