package dev.tailrace.standins;

import dev.tailrace.standins.Fault.AcceptsThenCrashes;
import dev.tailrace.standins.Fault.AcceptsThenTimesOut;
import dev.tailrace.standins.Fault.Aim;
import dev.tailrace.standins.Fault.Aimed;
import dev.tailrace.standins.Fault.Failing;
import dev.tailrace.standins.Fault.Harm;
import dev.tailrace.standins.Fault.Slow;
import dev.tailrace.standins.Fault.Span;
import dev.tailrace.standins.Fault.Turn;
import java.time.Duration;
import java.util.Optional;

/**
 * Sets a fault that only some requests meet: {@code faults.on("POST", "/v1/checkout/sessions")}. It
 * takes the place of the fault before, aimed or not.
 */
public final class AimedFaults {

  private final Faults faults;
  private final Aim aim;

  AimedFaults(Faults faults, Aim aim) {
    this.faults = faults;
    this.aim = aim;
  }

  /** Only the n-th of these requests from now on, counted from 1; then it is healthy again. */
  public AimedFaults nth(int n) {
    return new AimedFaults(faults, new Aim(aim.method(), aim.path(), new Turn.Nth(n)));
  }

  /** Answers later by {@code delay}. */
  public void slow(Duration delay) {
    set(new Slow(delay));
  }

  /** Answers with {@code status}, 400 to 599. */
  public void fail(int status) {
    set(new Failing(status, Optional.empty(), new Span.Unending()));
  }

  /**
   * Answers {@code times} of these requests with {@code status}, 400 to 599, and is healthy then.
   *
   * @throws IllegalStateException after {@link #nth}, which is about one request
   */
  public void fail(int status, int times) {
    if (aim.turn() instanceof Turn.Nth) {
      throw new IllegalStateException("the n-th request fails once");
    }
    set(new Failing(status, Optional.empty(), new Span.Times(times)));
  }

  /** Answers with {@code status} and the provider's own error {@code code}. */
  public void fail(int status, String code) {
    set(new Failing(status, Optional.of(code), new Span.Unending()));
  }

  /** Does the work and never answers. */
  public void acceptThenTimeOut() {
    set(new AcceptsThenTimesOut());
  }

  /** Does the work and cuts the connection instead of answering. */
  public void acceptThenCrash() {
    set(new AcceptsThenCrashes());
  }

  private void set(Harm harm) {
    faults.set(new Aimed(aim, harm));
  }
}
