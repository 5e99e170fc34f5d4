package dev.tailrace.standins;

import dev.tailrace.standins.Fault.AcceptsThenCrashes;
import dev.tailrace.standins.Fault.AcceptsThenTimesOut;
import dev.tailrace.standins.Fault.Aim;
import dev.tailrace.standins.Fault.Aimed;
import dev.tailrace.standins.Fault.Down;
import dev.tailrace.standins.Fault.Failing;
import dev.tailrace.standins.Fault.Harm;
import dev.tailrace.standins.Fault.Healthy;
import dev.tailrace.standins.Fault.Met;
import dev.tailrace.standins.Fault.Outage;
import dev.tailrace.standins.Fault.Slow;
import dev.tailrace.standins.Fault.Span;
import dev.tailrace.standins.Fault.Turn;
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

  /** Does the work of each request and cuts the connection instead of answering. */
  public void acceptThenCrash() {
    set(new AcceptsThenCrashes());
  }

  /**
   * Aims the fault that is set next at some requests.
   *
   * @param method {@code POST} for instance
   * @param path what the raw path begins with
   */
  public AimedFaults on(String method, String path) {
    return new AimedFaults(this, new Aim(Optional.of(method), path, new Turn.Each()));
  }

  /** Aims the fault that is set next at the n-th request from now on, counted from 1. */
  public AimedFaults nth(int n) {
    return new AimedFaults(this, new Aim(Optional.empty(), "/", new Turn.Nth(n)));
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

  /** What a request meets that arrives now; a count goes down by one. */
  synchronized Meeting next(Request request) {
    Current now = current;
    // Whoever is held by a fault that was for one request stays held until the next change.
    current = new Current(after(now.fault(), request), now.over());
    return new Meeting(met(now.fault(), request), now.over());
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

  private static Met met(Fault fault, Request request) {
    return switch (fault) {
      case Met met -> met;
      case Aimed(Aim aim, Harm harm) ->
          fits(aim, request) && isNow(aim.turn()) ? harm : new Healthy();
    };
  }

  /** What a fault is after a request. */
  private static Fault after(Fault fault, Request request) {
    return switch (fault) {
      case Failing failing -> after(failing);
      case Met met -> met;
      case Aimed(Aim aim, Harm harm) when fits(aim, request) -> after(aim, harm);
      case Aimed aimed -> aimed;
    };
  }

  private static Fault after(Aim aim, Harm harm) {
    return switch (aim.turn()) {
      case Turn.Nth(int left) when left == 1 -> new Healthy();
      case Turn.Nth(int left) ->
          new Aimed(new Aim(aim.method(), aim.path(), new Turn.Nth(left - 1)), harm);
      case Turn.Each() -> {
        Met rest = harm instanceof Failing failing ? after(failing) : harm;
        yield rest instanceof Harm more ? new Aimed(aim, more) : new Healthy();
      }
    };
  }

  private static Met after(Failing failing) {
    return switch (failing.span()) {
      case Span.Unending() -> failing;
      case Span.Times(int remaining) when remaining == 1 -> new Healthy();
      case Span.Times(int remaining) ->
          new Failing(failing.status(), failing.code(), new Span.Times(remaining - 1));
    };
  }

  private static boolean fits(Aim aim, Request request) {
    return aim.method().map(request.method()::equals).orElse(true)
        && request.path().startsWith(aim.path());
  }

  private static boolean isNow(Turn turn) {
    return switch (turn) {
      case Turn.Each() -> true;
      case Turn.Nth(int left) -> left == 1;
    };
  }

  /** What a request meets, and the moment at which that is over. */
  record Meeting(Met fault, CountDownLatch over) {}

  /** A fault and the moment at which it is over. */
  private record Current(Fault fault, CountDownLatch over) {}
}
