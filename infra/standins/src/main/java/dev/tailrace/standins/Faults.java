package dev.tailrace.standins;

import dev.tailrace.standins.Fault.AcceptsThenTimesOut;
import dev.tailrace.standins.Fault.Down;
import dev.tailrace.standins.Fault.Failing;
import dev.tailrace.standins.Fault.Healthy;
import dev.tailrace.standins.Fault.Outage;
import dev.tailrace.standins.Fault.Slow;
import dev.tailrace.standins.Fault.Span;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Holds how a stand-in misbehaves and lets tests change it at any time; a change takes effect with
 * the next request.
 */
public final class Faults {

  private final Door door;
  private Current current = new Current(new Healthy(), new CountDownLatch(1));

  Faults(Door door) {
    this.door = door;
  }

  /** Behaves from now on. */
  public void healthy() {
    set(new Healthy());
  }

  /** Answers each request later by {@code delay}. */
  public void slow(Duration delay) {
    set(new Slow(delay));
  }

  /** Answers each request with {@code status}, 400 to 599, until told otherwise. */
  public void fail(int status) {
    set(new Failing(status, Optional.empty(), new Span.Unending()));
  }

  /**
   * Answers the next {@code times} requests with {@code status}, 400 to 599, and is healthy then.
   */
  public void fail(int status, int times) {
    set(new Failing(status, Optional.empty(), new Span.Times(times)));
  }

  /**
   * Answers each request with {@code status} and the provider's own error {@code code}, until told
   * otherwise.
   */
  public void fail(int status, String code) {
    set(new Failing(status, Optional.of(code), new Span.Unending()));
  }

  /** Does the work of each request and never answers. */
  public void acceptThenTimeOut() {
    set(new AcceptsThenTimesOut());
  }

  /** Refuses connections, from before this returns, until told otherwise. */
  public void down() {
    set(new Down(new Outage.Unending()));
  }

  /** Refuses connections, from before this returns, for {@code duration}. */
  public void down(Duration duration) {
    set(new Down(new Outage.Lasting(duration)));
  }

  /** Changes to any fault; the old one is over when this returns. */
  public synchronized void set(Fault fault) {
    Current old = current;
    current = new Current(fault, new CountDownLatch(1));
    old.over().countDown();
    if (fault instanceof Down(Outage outage)) {
      door.shut();
      if (outage instanceof Outage.Lasting(Duration duration)) {
        recoverAfter(duration, current);
      }
    } else {
      door.open();
    }
  }

  /** The fault at the moment. */
  public synchronized Fault current() {
    return current.fault();
  }

  /** The fault for one request that arrives now; a count of failures goes down by one. */
  synchronized Current next() {
    Current now = current;
    if (now.fault()
        instanceof Failing(int status, Optional<String> code, Span.Times(int remaining))) {
      Fault then =
          remaining == 1 ? new Healthy() : new Failing(status, code, new Span.Times(remaining - 1));
      current = new Current(then, new CountDownLatch(1));
      now.over().countDown();
    }
    return now;
  }

  /** Ends whatever waits for this fault to be over. */
  synchronized void close() {
    current.over().countDown();
  }

  private void recoverAfter(Duration duration, Current outage) {
    Thread.ofVirtual()
        .name("stand-in-recovery")
        .start(
            () -> {
              try {
                if (!outage.over().await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
                  recover(outage);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private synchronized void recover(Current outage) {
    if (current.equals(outage)) {
      set(new Healthy());
    }
  }

  /** A fault and the moment at which it is over. */
  record Current(Fault fault, CountDownLatch over) {}
}
