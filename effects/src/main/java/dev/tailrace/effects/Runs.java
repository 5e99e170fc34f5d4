package dev.tailrace.effects;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Hands a task's effects to workers: the head of each lane that is ready, and while workers are to
 * spare also those behind it, so that the lane need not wait for the stream thread between two.
 */
final class Runs {

  /** So that the stream thread may be away for a commit; what is begun can't be taken back. */
  private static final int MOST_AHEAD = 8;

  /** So that what is started never keeps the thread from polling. */
  private static final int MOST_PER_TURN = 1_000;

  private final Instance shared;
  private final Life life;
  private final PendingStore pending;
  private final Lanes lanes;
  private final Dispatcher dispatcher;
  private final Batches batches;
  private final Map<EffectKey.LaneId, Run> runs = new HashMap<>();

  /** Whose turn it is when both a batch and the head of a lane could be started. */
  private boolean isTurnOfBatch;

  Runs(
      Instance shared,
      Life life,
      PendingStore pending,
      Lanes lanes,
      Dispatcher dispatcher,
      Batches batches) {
    this.shared = shared;
    this.life = life;
    this.pending = pending;
    this.lanes = lanes;
    this.dispatcher = dispatcher;
    this.batches = batches;
  }

  /** Starts what is ready, as far as there is room; for whom there is none, others make room. */
  void start(Instant now) {
    giveWay(lanes.takeOvertaken());
    if (!life.hasBegun()) {
      return;
    }
    for (int i = 0; i < MOST_PER_TURN; i++) {
      boolean hasHead = gather(now);
      if (!hasHead && batches.ready() == 0) {
        return;
      }
      boolean forThePast = (!hasHead || lanes.isNextReplayed()) && batches.isNextReplayed();
      if (!dispatcher.hasRoom(forThePast)) {
        makeRoom(forThePast);
        return;
      }
      startNext(now, hasHead, forThePast);
    }
  }

  /** What is lent or has gathered, and has not begun, gives way to what comes before it. */
  private void giveWay(Set<EffectKey.LaneId> overtaken) {
    if (!overtaken.isEmpty()) {
      overtaken.forEach(this::stopped);
      batches.recall(overtaken::contains);
    }
  }

  /** What goes in batches is not started by itself; answers whether one is next that is. */
  private boolean gather(Instant now) {
    for (int i = 0; i < MOST_PER_TURN && lanes.hasNext(now); i++) {
      if (!batches.isFor(lanes.peek())) {
        return true;
      }
      batches.gather(lanes.next());
    }
    return false;
  }

  /**
   * What is lent waits for the stream thread again, which starts one of each lane in turn; for what
   * came by a replay only others that did make room.
   */
  private void makeRoom(boolean forThePast) {
    if (lanes.lent() > 0) {
      takeBack(lane -> lanes.lent(lane) > 0 && (!forThePast || lane.isReplayed()));
    }
  }

  private void startNext(Instant now, boolean hasHead, boolean forThePast) {
    boolean isStarted = false;
    try {
      boolean mayBeHead = hasHead && (forThePast || !lanes.isNextReplayed());
      boolean mayBeBatch = batches.ready() > 0 && (forThePast || !batches.isNextReplayed());
      isTurnOfBatch = mayBeBatch && (!isTurnOfBatch || !mayBeHead);
      if (isTurnOfBatch) {
        batches.startNext(now);
      } else {
        startHead();
      }
      isStarted = true;
    } finally {
      if (!isStarted) {
        dispatcher.giveBackRoom();
      }
    }
  }

  private void startHead() {
    EffectKey key = lanes.next();
    var run = new Run(attempt(key, true));
    runs.put(key.laneId(), run);
    extend(key.laneId(), run);
    dispatcher.start(run);
  }

  /** One has come back with which its worker stopped: what is behind it has not begun. */
  void stopped(EffectKey.LaneId lane) {
    if (runs.containsKey(lane)) {
      takeBack(lane);
    }
  }

  /** One has come back and is settled, and its worker goes on by itself as long as it has more. */
  void goesOn(EffectKey.LaneId lane) {
    Run run = runs.get(lane);
    if (run == null) {
      return;
    }
    if (lanes.lent(lane) == 0) {
      runs.remove(lane);
    } else {
      extend(lane, run);
    }
  }

  private void extend(EffectKey.LaneId lane, Run run) {
    int before = lanes.readyBefore(lane) + batches.ready();
    if (!dispatcher.hasMoreRoomThan(before, lane.isReplayed())) {
      return;
    }
    while (lanes.lent(lane) < MOST_AHEAD) {
      boolean isFirstOfItsEvent = !lanes.isAnyPutBehind(lane);
      Optional<EffectKey> next = lanes.lend(lane, key -> !batches.isFor(key));
      if (next.isEmpty()) {
        return;
      }
      if (!run.add(attempt(next.get(), isFirstOfItsEvent))) {
        lanes.giveBack(next.get());
        return;
      }
    }
  }

  /** What of these lanes is not begun waits for the stream thread again. */
  void recall(Predicate<EffectKey.LaneId> which) {
    takeBack(which);
    batches.recall(which);
  }

  private void takeBack(Predicate<EffectKey.LaneId> which) {
    for (EffectKey.LaneId lane : List.copyOf(runs.keySet())) {
      if (which.test(lane)) {
        takeBack(lane);
      }
    }
  }

  private void takeBack(EffectKey.LaneId lane) {
    Run run = Objects.requireNonNull(runs.remove(lane));
    run.end().forEach(lanes::giveBack);
  }

  /**
   * The next attempt.
   *
   * @param isFirstOfItsEvent whether no other of the same effect may run before it
   */
  private Attempt attempt(EffectKey key, boolean isFirstOfItsEvent) {
    Consumer<?> consumer = shared.consumers().find(key.consumer()).orElseThrow();
    return shared
        .attempts()
        .of(consumer, key, pending.get(key), life.nextAttempt(), isFirstOfItsEvent);
  }
}
