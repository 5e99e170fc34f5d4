package dev.tailrace.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waits until something is so; a failure says what never came to be. */
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Await() {}

  /** Assertions that may pass or not. */
  @FunctionalInterface
  public interface Assertions {
    void check() throws Exception;
  }

  /** Waits up to 30 s. An exception from the condition ends the wait. */
  public static void until(String condition, Callable<Boolean> holds) {
    until(condition, LIMIT, holds);
  }

  public static void until(String condition, Duration limit, Callable<Boolean> holds) {
    awaiting(condition, limit).until(holds);
  }

  /** Waits up to 30 s for assertions to pass, and fails with the last one that did not. */
  public static void untilAsserted(String condition, Assertions assertions) {
    awaiting(condition, LIMIT).untilAsserted(assertions::check);
  }

  /** Waits up to the limit for a guarantee that holds in the end. */
  public static void untilHolds(Guarantee guarantee, Duration limit) {
    awaiting(guarantee.name(), limit).untilAsserted(guarantee::check);
  }

  private static ConditionFactory awaiting(String condition, Duration limit) {
    return Awaitility.await(condition)
        .atMost(limit)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20));
  }
}
