package dev.tailrace.ingest;

import dev.tailrace.ingest.GroupCommit.Waiting;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Deliveries in the order that they came, but for urgent ones, which are taken first. */
final class WaitingDeliveries {

  /** A transaction with more is no faster, and holds up all that are in it. */
  private static final long MOST_BYTES = 8L << 20;

  private final int most;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition something = lock.newCondition();
  private final Queue<Waiting> urgent = new ArrayDeque<>();
  private final Queue<Waiting> others = new ArrayDeque<>();
  private boolean closed;

  WaitingDeliveries(int most) {
    this.most = most;
  }

  /** False when it is closed. */
  boolean add(Waiting delivery, boolean isUrgent) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      (isUrgent ? urgent : others).add(delivery);
      something.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for one, and takes with it what else is there; empty when it is closed and empty. */
  List<Waiting> take() {
    lock.lock();
    try {
      while (urgent.isEmpty() && others.isEmpty()) {
        if (closed) {
          return List.of();
        }
        something.awaitUninterruptibly();
      }
      var batch = new ArrayList<Waiting>();
      long bytes = 0;
      while (batch.size() < most && bytes < MOST_BYTES) {
        Waiting next = urgent.isEmpty() ? others.poll() : urgent.poll();
        if (next == null) {
          break;
        }
        batch.add(next);
        bytes += next.ready().delivery().body().bytes().length;
      }
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /** What waits is still given out. */
  void close() {
    lock.lock();
    try {
      closed = true;
      something.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
