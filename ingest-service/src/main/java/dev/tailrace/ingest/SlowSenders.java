package dev.tailrace.ingest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Cuts off senders that take too long over a body.
 *
 * <p>A body is read while its request holds a place among those that are worked on, and the server
 * would wait for it for ever: a few hundred silent senders would keep everybody else out. Reading
 * threads are virtual ones, and interrupting one closes its connection.
 */
final class SlowSenders implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Clock clock;
  private final Map<Thread, Instant> reading = new ConcurrentHashMap<>();
  private final ScheduledExecutorService rounds =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("slow-senders").factory());

  SlowSenders(Clock clock) {
    this.clock = clock;
    var _ = rounds.scheduleWithFixedDelay(this::cutOff, 1, 1, TimeUnit.SECONDS);
  }

  /** Reads under watch; empty when it took too long, and the thread must not go on. */
  <T> Optional<T> watch(Supplier<T> read) {
    reading.put(Thread.currentThread(), clock.instant());
    T result;
    boolean inTime;
    try {
      result = read.get();
    } finally {
      inTime = reading.remove(Thread.currentThread()) != null;
    }
    return inTime ? Optional.of(result) : Optional.empty();
  }

  /** Who is taken off the map here is interrupted, now or in a moment, and must not go on. */
  private void cutOff() {
    Instant latest = clock.instant().minus(PATIENCE);
    reading.forEach(
        (thread, since) -> {
          if (since.isBefore(latest) && reading.remove(thread, since)) {
            thread.interrupt();
          }
        });
  }

  @Override
  public void close() {
    rounds.shutdownNow();
  }
}
