package dev.tailrace.standins;

import java.util.concurrent.atomic.AtomicBoolean;

/** Runs something the first time it is asked to, and never again. */
final class Once implements Runnable {

  private final Runnable action;
  private final AtomicBoolean ran = new AtomicBoolean();

  Once(Runnable action) {
    this.action = action;
  }

  @Override
  public void run() {
    if (ran.compareAndSet(false, true)) {
      action.run();
    }
  }
}
