package dev.tailrace.standins;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Goes down and comes back, again and again, in real time: it is connections that are refused, and
 * no clock of a test can do that.
 */
final class DaemonFlapping {

  private final Faults faults;
  private CountDownLatch over = new CountDownLatch(0);

  DaemonFlapping(Faults faults) {
    this.faults = faults;
  }

  synchronized void start(Duration up, Duration down) {
    if (!up.isPositive() || !down.isPositive()) {
      throw new IllegalArgumentException("both must be above zero: " + up + " and " + down);
    }
    over.countDown();
    CountDownLatch mine = new CountDownLatch(1);
    over = mine;
    var _ = Thread.ofVirtual().name("daemon-flapping").start(() -> run(mine, up, down));
  }

  /** Stops it; the daemon is up then. */
  synchronized void stop() {
    over.countDown();
    faults.healthy();
  }

  synchronized void close() {
    over.countDown();
  }

  private void run(CountDownLatch mine, Duration up, Duration down) {
    try {
      while (!mine.await(up.toNanos(), TimeUnit.NANOSECONDS) && change(mine, faults::down)) {
        if (mine.await(down.toNanos(), TimeUnit.NANOSECONDS) || !change(mine, faults::healthy)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean change(CountDownLatch mine, Runnable change) {
    if (mine.getCount() == 0) {
      return false;
    }
    change.run();
    return true;
  }
}
