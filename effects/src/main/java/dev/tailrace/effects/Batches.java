package dev.tailrace.effects;

import dev.tailrace.contracts.event.Event;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/** Hands a task's batches to workers: each is formed when there is a worker for it. */
final class Batches {

  private final Instance shared;
  private final Life life;
  private final PendingStore pending;
  private final Dispatcher dispatcher;
  private final int task;
  private final Gathering gathering;

  Batches(
      Instance shared,
      Life life,
      PendingStore pending,
      Lanes lanes,
      Dispatcher dispatcher,
      int task) {
    this.shared = shared;
    this.life = life;
    this.pending = pending;
    this.dispatcher = dispatcher;
    this.task = task;
    this.gathering = new Gathering(lanes, new Pending());
  }

  boolean isFor(EffectKey key) {
    return consumer(key.consumer()).goesInBatches(key);
  }

  /** One that is ready waits for its batch; one whose batch can't be told is dead. */
  void gather(EffectKey key) {
    try {
      gathering.add(key);
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      dispatcher.end(
          attempt(key, false), Outcome.dead("its batchBy or atMostBytes failed: " + Reasons.of(e)));
    }
  }

  /** How many could be started now. */
  int ready() {
    return gathering.ready();
  }

  /** Whether the next came by a replay: then all that are ready did. */
  boolean isNextReplayed() {
    return gathering.isNextReplayed();
  }

  /** Forms the next batch and starts it; there is room for it. */
  void startNext(Instant now) {
    Gathering.Formed formed = gathering.next(now);
    dispatcher.start(batch(consumer(formed.scope().consumer()), formed));
  }

  private <E extends Event> BatchAttempt<E> batch(Consumer<E> consumer, Gathering.Formed formed) {
    List<Attempt> members = formed.effects().stream().map(key -> attempt(key, true)).toList();
    return new BatchAttempt<>(consumer, shared.attempts(), formed.scope(), members);
  }

  /**
   * A batch is recorded: its halves if it was cut, else what has gathered meanwhile is the next.
   */
  void ended(FinishedBatch batch) {
    List<EffectKey> halves =
        batch.next() instanceof BatchEnded.Next.InHalves next
            ? batch.each().stream().map(Finished::key).filter(next.called()::contains).toList()
            : List.of();
    gathering.ended(batch.scope(), halves);
  }

  /** What has gathered of these lanes waits to be started again. */
  void recall(Predicate<EffectKey.LaneId> which) {
    gathering.giveBack(which);
  }

  private Attempt attempt(EffectKey key, boolean askNow) {
    return shared
        .attempts()
        .of(consumer(key.consumer()), key, pending.get(key), life.nextAttempt(), askNow);
  }

  private Consumer<?> consumer(String name) {
    return shared.consumers().find(name).orElseThrow();
  }

  /** What the store knows of effects. */
  private final class Pending implements Gathering.Known {

    @Override
    public boolean goesInBatches(EffectKey key) {
      return isFor(key);
    }

    @Override
    public Gathering.Share share(EffectKey key) {
      Batching.Share its = share(consumer(key.consumer()), key);
      return new Gathering.Share(
          new BatchScope(key.consumer(), its.scope(), key.isReplayed(), task), its.bytes());
    }

    private <E extends Event> Batching.Share share(Consumer<E> consumer, EffectKey key) {
      return consumer
          .batching()
          .orElseThrow()
          .share(consumer.following(), pending.get(key).envelope());
    }

    @Override
    public Batching.Bounds bounds(BatchScope scope) {
      return consumer(scope.consumer()).batching().orElseThrow().bounds();
    }

    @Override
    public List<EffectKey> together(EffectKey key) {
      return pending.together(key);
    }
  }
}
