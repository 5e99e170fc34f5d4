package dev.tailrace.standins;

import java.util.function.Function;

/** One thing that Stripe's API does: what it takes, and the work. */
record StripeOperation(StripeParameters parameters, Function<StripeCall, StripeOutcome> work) {

  /** Refuses parameters that the operation doesn't take, else does the work. */
  StripeOutcome run(StripeCall call) {
    return parameters
        .check(call.form())
        .map(StripeOutcome::refused)
        .orElseGet(() -> work.apply(call));
  }
}
