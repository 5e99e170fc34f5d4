package dev.tailrace.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What was read from the slot and is not yet on its way to Kafka: reading goes on while Kafka
 * commits, up to so many bytes.
 *
 * <p>One thread puts, one takes, and takes all there is: so a transaction of Kafka grows with the
 * backlog, and is as small as it can be without one.
 */
final class Intake {

  /** What an event costs beside the bytes of its texts. */
  private static final int EVENT_BYTES = 200;

  private final long mostBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Condition emptied = lock.newCondition();
  private List<WalEvent> events = new ArrayList<>();
  private long bytes;
  private boolean isAwaited;
  private boolean isClosed;
  private Optional<Throwable> failure = Optional.empty();

  /**
   * @param mostBytes beyond which {@link #put} waits; one event always fits
   */
  Intake(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Waits until there is room. What comes when it is closed is dropped: nobody takes it. */
  void put(WalEvent event) throws InterruptedException {
    lock.lock();
    try {
      while (bytes >= mostBytes && !isClosed) {
        emptied.await();
      }
      if (isClosed) {
        return;
      }
      events.add(event);
      bytes += bytesOf(event);
      if (isAwaited) {
        isAwaited = false;
        filled.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private static long bytesOf(WalEvent event) {
    return event instanceof WalEvent.Inserted inserted
        ? EVENT_BYTES + inserted.row().textBytes()
        : EVENT_BYTES;
  }

  /**
   * All there is, as soon as there is something; nothing when the time is over.
   *
   * @throws Exception what the reader has ended with, once all that it read before is taken
   */
  List<WalEvent> take(Duration patience) throws Exception {
    lock.lock();
    try {
      long nanos = patience.toNanos();
      while (events.isEmpty() && failure.isEmpty() && !isClosed && nanos > 0) {
        isAwaited = true;
        nanos = filled.awaitNanos(nanos);
      }
      isAwaited = false;
      if (events.isEmpty() && failure.isPresent()) {
        throw thrown(failure.get());
      }
      List<WalEvent> taken = events;
      events = new ArrayList<>(taken.size());
      bytes = 0;
      emptied.signal();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private static Exception thrown(Throwable failure) {
    return switch (failure) {
      case Exception e -> e;
      case Error e -> throw e;
      case Throwable e -> new IllegalStateException(e);
    };
  }

  /** The reader has ended: there is no more to come. */
  void failed(Throwable reason) {
    end(() -> failure = failure.or(() -> Optional.of(reason)));
  }

  /** Nobody takes any more. */
  void close() {
    end(() -> isClosed = true);
  }

  private void end(Runnable change) {
    lock.lock();
    try {
      change.run();
      filled.signalAll();
      emptied.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What waits, in bytes. */
  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }
}
