package dev.tailrace.relay;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Says once that the relay is to stop; every pause is a wait for it, so that no pause holds it up.
 */
final class StopSignal {

  private final CountDownLatch raised = new CountDownLatch(1);

  void raise() {
    raised.countDown();
  }

  boolean isRaised() {
    return raised.getCount() == 0;
  }

  /** Pauses; answers whether it was raised meanwhile. */
  boolean within(Duration pause) throws InterruptedException {
    return raised.await(pause.toNanos(), TimeUnit.NANOSECONDS);
  }
}
