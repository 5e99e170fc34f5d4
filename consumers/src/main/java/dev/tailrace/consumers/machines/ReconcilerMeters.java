package dev.tailrace.consumers.machines;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** What the reconciler of this instance has done; of all instances one does it. */
final class ReconcilerMeters {

  private final AtomicLong lastRun = new AtomicLong();
  private final Counter whole;
  private final Counter cutOff;
  private final Counter changes;

  ReconcilerMeters(MeterRegistry registry) {
    this.whole = rounds(registry, "whole");
    this.cutOff = rounds(registry, "cut-off");
    this.changes =
        Counter.builder("tailrace.machines.reconciler.changes")
            .description("changes of sandboxes that no webhook had told of by then")
            .register(registry);
    Gauge.builder("tailrace.machines.reconciler.last.run", lastRun, AtomicLong::doubleValue)
        .description("when a round last compared everything, since 1970; 0 while none has here")
        .baseUnit("seconds")
        .register(registry);
  }

  private static Counter rounds(MeterRegistry registry, String outcome) {
    return Counter.builder("tailrace.machines.reconciler.rounds")
        .description("rounds that compared everything, and those that could not")
        .tag("outcome", outcome)
        .register(registry);
  }

  void ran(Reconciliation.Result result, Instant now) {
    changes.increment(result.changes());
    switch (result) {
      case Reconciliation.Result.Whole _ -> {
        whole.increment();
        lastRun.set(now.getEpochSecond());
      }
      case Reconciliation.Result.CutOff _ -> cutOff.increment();
    }
  }

  void failed() {
    cutOff.increment();
  }
}
