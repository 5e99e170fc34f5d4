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
  private long awaited = Long.MAX_VALUE;
  private boolean isClosed;
  private Optional<Throwable> failure = Optional.empty();

  /**
   * @param mostBytes beyond which {@link #put} waits; one event always fits
   */
  Intake(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /**
   * Waits until there is room.
   *
   * @throws InterruptedException when it was closed meanwhile
   */
  void put(WalEvent event) throws InterruptedException {
    lock.lock();
    try {
      while (bytes >= mostBytes && !isClosed) {
        emptied.await();
      }
      if (isClosed) {
        throw new InterruptedException("nobody takes rows any more");
      }
      events.add(event);
      bytes += bytesOf(event);
      if (bytes >= awaited) {
        awaited = Long.MAX_VALUE;
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
   * @param gathering how much longer to wait for more, until a quarter of the room is taken
   * @throws Exception what the reader has ended with, once all that it read before is taken
   */
  List<WalEvent> take(Duration patience, Duration gathering) throws Exception {
    lock.lock();
    try {
      await(1, patience);
      if (!gathering.isZero() && !events.isEmpty()) {
        await(mostBytes / 4, gathering);
      }
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

  private void await(long wanted, Duration patience) throws InterruptedException {
    long nanos = patience.toNanos();
    while (bytes < wanted && failure.isEmpty() && !isClosed && nanos > 0) {
      awaited = wanted;
      nanos = filled.awaitNanos(nanos);
    }
    awaited = Long.MAX_VALUE;
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
