package dev.tailrace.testkit;

/**
 * A promise of the pipeline, which any scenario can assert once its dust has settled.
 *
 * <p>A check compares what was recorded outside the pipeline with what the servers hold, so it is
 * as good after a crash as without one.
 */
public sealed interface Guarantee
    permits AckedIsDurable,
        OncePerDelivery,
        NothingLost,
        ExactlyOnceInKafka,
        CommitOrderPerKey,
        SeqNeverGoesBack,
        EffectEventually,
        EffectOnceIdempotent,
        OrderPerLane,
        NoHeadOfLine {

  default String name() {
    return getClass().getSimpleName();
  }

  /** The promise in a sentence. */
  String says();

  /**
   * Looks whether it holds now.
   *
   * @throws AssertionError naming what breaks it, at most ten of them
   */
  void check();
}
