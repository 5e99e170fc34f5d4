package dev.tailrace.standins;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks again and again whether something is due by the clock, so that it happens although nobody
 * asks.
 */
final class Pulse {

  private static final int MILLIS = 20;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Runnable look;

  private Pulse(Runnable look) {
    this.look = look;
  }

  static Pulse start(String name, Runnable look) {
    Pulse pulse = new Pulse(look);
    var _ = Thread.ofVirtual().name(name).start(pulse::run);
    return pulse;
  }

  void close() {
    closed.countDown();
  }

  private void run() {
    try {
      while (!closed.await(MILLIS, TimeUnit.MILLISECONDS)) {
        look.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
