package dev.tailrace.effects;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;

/**
 * All lanes of a task: which effects are ready, which run, and what the heads of the others wait
 * for; no clock, one thread.
 */
final class Lanes {

  private final int mostBehind;
  private final Lane.Stored rest;
  private final RecentWakes wakes;
  private final Map<EffectKey.LaneId, Lane> lanes = new HashMap<>();
  private final Ready<EffectKey> ready = new Ready<>();

  /** How many are lent in all. */
  private int lent;

  /** Where one came that is before the head, or before some that are lent. */
  private final Set<EffectKey.LaneId> overtaken = new LinkedHashSet<>();

  /** Of those that are ready, the ones that are paused. */
  private final Set<EffectKey> halted = new LinkedHashSet<>();

  private final Set<Scope> paused = new HashSet<>();

  /** How many wakes there were when each was started. */
  private final Map<EffectKey, Long> running = new HashMap<>();

  private final Map<EffectKey, Waiting> waiting = new HashMap<>();
  private final Map<Awaited, Set<EffectKey>> parked = new HashMap<>();

  /** Also times of effects that wait no longer, or for another time. */
  private final PriorityQueue<Due> due = new PriorityQueue<>();

  /**
   * @param mostBehind how many effects of a lane are kept in memory behind its head
   * @param rest where the others are
   */
  Lanes(int mostBehind, Lane.Stored rest, RecentWakes wakes) {
    this.mostBehind = mostBehind;
    this.rest = rest;
    this.wakes = wakes;
  }

  /**
   * Takes an effect in: it leads its lane if that is idle, or if what leads it only waits for its
   * start and is behind it; and holds up those behind it. Answers whether it is among the first of
   * its lane, which are in memory.
   */
  boolean add(EffectKey key, Waiting until) {
    Lane lane = lanes.computeIfAbsent(key.laneId(), id -> new Lane(mostBehind));
    boolean isInMemory = lane.add(key, until);
    if (lane.isBeforeLent(key)) {
      overtaken.add(key.laneId());
    }
    leadWith(key, lane);
    return isInMemory;
  }

  /**
   * With one more: what leads the lane, and has not begun, gives way to one before it; what has
   * gathered for a batch when it is asked to.
   */
  private void leadWith(EffectKey key, Lane lane) {
    Optional<EffectKey> later = lane.head().filter(head -> key.compareTo(head) < 0);
    if (later.isPresent()) {
      EffectKey head = later.get();
      if (ready.remove(head) || halted.remove(head)) {
        lane.giveBack(head, Waiting.NOT);
      } else {
        overtaken.add(key.laneId());
      }
    }
    lead(lane);
  }

  private void lead(Lane lane) {
    lane.next(rest)
        .ifPresent(
            head -> {
              if (head.getValue().equals(Waiting.NOT)) {
                ready.add(head.getKey());
              } else {
                waits(head.getKey(), head.getValue());
              }
            });
  }

  /** Whether {@link #next} has one: it is ready, or its time has come. */
  boolean hasNext(Instant now) {
    for (Due first = due.peek(); first != null && !first.at().isAfter(now); first = due.peek()) {
      Due over = due.remove();
      Waiting its = waiting.get(over.key());
      if (its != null && its.until().equals(over.at())) {
        goesOn(over.key());
      }
    }
    ready.removeWhile(this::isPaused, halted::add);
    return !ready.isEmpty();
  }

  /** Whether {@link #next} came by a replay: then all that is ready did. */
  boolean isNextReplayed() {
    return ready.isNextReplayed();
  }

  private boolean isPaused(EffectKey key) {
    return !paused.isEmpty()
        && (paused.contains(Scope.ofConsumer(key.consumer()))
            || paused.contains(Scope.ofLane(key.consumer(), key.lane()))
            || paused.contains(Scope.ofLane(key.consumer(), key.live().lane())));
  }

  /** Nothing of it is started from now on. */
  void pause(Scope scope) {
    paused.add(scope);
  }

  /** What was kept from starting goes on. */
  void resume(Scope scope) {
    paused.remove(scope);
    for (EffectKey key : List.copyOf(halted)) {
      if (!isPaused(key)) {
        halted.remove(key);
        ready.add(key);
      }
    }
  }

  /** What waits there waits no longer. */
  void hurry(Scope scope) {
    List.copyOf(waiting.keySet()).stream().filter(scope::covers).forEach(this::goesOn);
  }

  /** Whether it holds its lane. */
  boolean leads(EffectKey key) {
    Lane lane = lanes.get(key.laneId());
    return lane != null && lane.isHeldBy(key);
  }

  /** Whether it is with a worker, or will be with the next batch. */
  boolean runs(EffectKey key) {
    return running.containsKey(key);
  }

  /** One that does not run leaves its lane; its record in the store is gone. */
  void cancel(EffectKey key) {
    Lane lane = lane(key);
    if (lane.isHeldBy(key)) {
      if (waiting.containsKey(key)) {
        goesOn(key);
      }
      halted.remove(key);
      ready.remove(key);
      settled(lane, key);
    } else {
      lane.remove(key);
    }
  }

  /** Which is the next, when there is one. */
  EffectKey peek() {
    return ready.first();
  }

  /** The next effect to be started; it runs from now on. */
  EffectKey next() {
    EffectKey key = ready.removeFirst();
    running.put(key, wakes.count());
    return key;
  }

  /** How many are ready to be started before more of this lane are, paused ones too. */
  int readyBefore(EffectKey.LaneId lane) {
    return ready.sizeBefore(lane.isReplayed());
  }

  /**
   * The next of a lane whose head runs, if it is one of these and does not wait: it may be started
   * as soon as that is settled, and counts as running from now on.
   */
  Optional<EffectKey> lend(EffectKey.LaneId id, Predicate<EffectKey> which) {
    Optional<EffectKey> next =
        behind(id)
            .filter(entry -> entry.getValue().equals(Waiting.NOT))
            .map(Map.Entry::getKey)
            .filter(which);
    next.ifPresent(this::lend);
    return next;
  }

  /** The first behind the head of a lane, and behind what is lent, if that may be lent too. */
  Optional<Map.Entry<EffectKey, Waiting>> behind(EffectKey.LaneId id) {
    Lane lane = lanes.get(id);
    return lane == null || lane.head().filter(running::containsKey).isEmpty()
        ? Optional.empty()
        : lane.behind(rest).filter(entry -> !isPaused(entry.getKey()));
  }

  /** Lends the one that {@link #behind} has answered. */
  void lend(EffectKey next) {
    lane(next).lend(next);
    running.put(next, wakes.count());
    lent++;
  }

  /**
   * Takes one that leads its lane and does not run, as {@link #next} would, also before its time.
   * Answers whether it could: one that is paused is not taken.
   */
  boolean take(EffectKey key) {
    if (isPaused(key)) {
      return false;
    }
    if (waiting.containsKey(key)) {
      goesOn(key);
    }
    boolean isTaken = ready.remove(key);
    if (isTaken) {
      running.put(key, wakes.count());
    }
    return isTaken;
  }

  /** One that was lent was not started. */
  void giveBack(EffectKey key) {
    giveBack(key, Waiting.NOT);
  }

  /** One that was lent is behind again, and will wait when it leads its lane. */
  void giveBack(EffectKey key, Waiting until) {
    Lane lane = lane(key);
    lent -= lane.lent();
    lane.giveBack(key, until);
    lent += lane.lent();
    running.remove(key);
    leadWith(key, lane);
  }

  /** Lanes to which one has come since that should run before what leads them, or is lent. */
  Set<EffectKey.LaneId> takeOvertaken() {
    if (overtaken.isEmpty()) {
      return Set.of();
    }
    Set<EffectKey.LaneId> taken = Set.copyOf(overtaken);
    overtaken.clear();
    return taken;
  }

  /** Whether what runs of a lane, or is lent, was put behind others of the same event. */
  boolean isAnyPutBehind(EffectKey.LaneId id) {
    Lane lane = lanes.get(id);
    return lane != null && lane.isAnyPutBehind();
  }

  /** How many of a lane are lent. */
  int lent(EffectKey.LaneId id) {
    Lane lane = lanes.get(id);
    return lane == null ? 0 : lane.lent();
  }

  /** How many are lent in all. */
  int lent() {
    return lent;
  }

  /** One that ran is settled; the next of its lane leads it. */
  void settled(EffectKey key) {
    running.remove(key);
    settled(lane(key), key);
  }

  private Lane lane(EffectKey key) {
    Lane lane = lanes.get(key.laneId());
    if (lane == null) {
      throw new IllegalStateException("BUG: " + key + " is settled, but its lane is empty");
    }
    return lane;
  }

  private void settled(Lane lane, EffectKey key) {
    lent -= lane.lent();
    lane.settled(key);
    lent += lane.lent();
    lead(lane);
    if (lane.isEmpty()) {
      lanes.remove(key.laneId());
    }
  }

  /**
   * One that ran waits, and goes on holding its lane; what it waits for may have come while it ran.
   */
  void waiting(EffectKey key, Waiting until) {
    long seen = Objects.requireNonNull(running.remove(key), "BUG: it did not run");
    boolean hasCome = until.awaited().filter(awaited -> wakes.hasCome(awaited, seen)).isPresent();
    if (hasCome || until.equals(Waiting.NOT)) {
      ready.add(key);
    } else {
      waits(key, until);
    }
  }

  private void waits(EffectKey key, Waiting until) {
    waiting.put(key, until);
    due.add(new Due(until.until(), key));
    until
        .awaited()
        .ifPresent(awaited -> parked.computeIfAbsent(awaited, a -> new LinkedHashSet<>()).add(key));
  }

  /** What those that are parked for it wait for has come. */
  void woken(Awaited awaited, Instant now) {
    wakes.add(awaited, now);
    List.copyOf(parked.getOrDefault(awaited, Set.of())).forEach(this::goesOn);
  }

  private void goesOn(EffectKey key) {
    Waiting over = waiting.remove(key);
    if (over == null) {
      throw new IllegalStateException("BUG: " + key + " goes on, but did not wait");
    }
    ready.add(key);
    over.awaited().ifPresent(awaited -> awaitsNoLonger(awaited, key));
  }

  private void awaitsNoLonger(Awaited awaited, EffectKey key) {
    Optional.ofNullable(parked.get(awaited))
        .filter(keys -> keys.remove(key) && keys.isEmpty())
        .ifPresent(empty -> parked.remove(awaited));
  }

  /** Where an effect stands that is pending. */
  Standing standing(EffectKey key) {
    Lane lane = lanes.get(key.laneId());
    if (lane != null && lane.isHeldBy(key)) {
      return standingOfHead(key);
    }
    return running.containsKey(key) ? Standing.LENT : Standing.BEHIND;
  }

  private Standing standingOfHead(EffectKey head) {
    Waiting its = waiting.get(head);
    if (its != null) {
      return Standing.of(its);
    }
    if (running.containsKey(head)) {
      return Standing.RUNNING;
    }
    return isPaused(head) ? Standing.PAUSED : Standing.READY;
  }

  /** Looks at a lane. */
  @FunctionalInterface
  interface Look {
    void at(EffectKey head, Standing standing, int pending);
  }

  /** Each lane by what holds it. */
  void forEachHead(Look look) {
    for (Lane lane : lanes.values()) {
      lane.head().ifPresent(head -> look.at(head, standingOfHead(head), lane.size()));
    }
  }

  /** Of what nothing is started. */
  Set<Scope> paused() {
    return Set.copyOf(paused);
  }

  /** How many effects are not settled. */
  int size() {
    return lanes.values().stream().mapToInt(Lane::size).sum();
  }

  /** How many of them are kept in memory by their keys. */
  int inMemory() {
    return lanes.values().stream().mapToInt(Lane::inMemory).sum();
  }
}
