package dev.tailrace.effects;

import dev.tailrace.contracts.event.Event;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** A consumer that is being registered, whose effects go in batches. */
public final class BatchRegistration<E extends Event> {

  private final Function<? super Received<E>, String> scope;
  private final Consumer<String> problem;
  private final Consumer<Batching<E>> end;
  private int effects = Batching.Bounds.DEFAULT.effects();
  private long bytes = Batching.Bounds.DEFAULT.bytes();
  private Optional<ToLongFunction<Received<E>>> size = Optional.empty();

  /**
   * One that was begun.
   *
   * @param problem is told what is wrong with it
   * @param end ends it
   */
  BatchRegistration(
      Function<? super Received<E>, String> scope,
      Consumer<String> problem,
      Consumer<Batching<E>> end) {
    this.scope = scope;
    this.problem = problem;
    this.end = end;
  }

  /** How many effects a batch has at most; 100 unless told. */
  public BatchRegistration<E> atMost(int most) {
    if (most < 1) {
      problem.accept("atMost(%d) leaves no effect in a batch: at least 1".formatted(most));
    }
    effects = most;
    return this;
  }

  /**
   * How many bytes the payloads of a batch have at most, in UTF-8; 1 000 000 unless told. An effect
   * that has more goes alone, and its handler decides what becomes of it.
   */
  public BatchRegistration<E> atMostBytes(long most) {
    if (most < 1) {
      problem.accept("atMostBytes(%d) leaves no byte in a batch: at least 1".formatted(most));
    }
    bytes = most;
    return this;
  }

  /**
   * How many bytes a batch has at most, counted by a pure function of the event: what it adds to
   * the call.
   */
  public BatchRegistration<E> atMostBytes(long most, ToLongFunction<Received<E>> each) {
    size = Optional.of(each);
    return atMostBytes(most);
  }

  /** What carries a batch out; ends the registration. */
  public void handleBatch(BatchHandler<E> handler) {
    end.accept(new Batching<>(scope, new Batching.Bounds(effects, bytes), size, handler));
  }
}
