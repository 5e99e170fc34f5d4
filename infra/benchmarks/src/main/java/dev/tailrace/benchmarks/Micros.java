package dev.tailrace.benchmarks;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A time of day that two processes of this machine agree on. */
final class Micros {

  private Micros() {}

  /** Microseconds since 1970. */
  static long now(Clock clock) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
  }
}
