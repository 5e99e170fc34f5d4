package dev.tailrace.effects;

import java.util.concurrent.atomic.AtomicLong;

/** A bound on the bytes that all tasks of an instance keep of what is pending. */
final class Memory {

  private static final long BYTES = 64L << 20;

  private final AtomicLong free = new AtomicLong(BYTES);

  /** Takes so many bytes, if there are as many. */
  boolean tryTake(long bytes) {
    if (free.addAndGet(-bytes) >= 0) {
      return true;
    }
    free.addAndGet(bytes);
    return false;
  }

  void giveBack(long bytes) {
    free.addAndGet(bytes);
  }
}
