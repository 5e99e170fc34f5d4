package dev.tailrace.benchmarks;

import java.time.Duration;
import java.util.Locale;

/**
 * How long effects take at a steady rate, those whose destination is well; milliseconds.
 *
 * @param p50 from the append of the record until its call is through
 * @param recordedP50 from then until a committed reader sees the outcome; NaN where there is none
 * @param missing how many were not carried out within the limit
 */
record PacedEffects(
    double perSecond,
    double p50,
    double p99,
    double recordedP50,
    double recordedP99,
    long missing) {

  /**
   * What the status says, but for those that are missing: they have waited for the limit at least.
   */
  static PacedEffects of(
      double perSecond, Status status, long wanted, long missing, Duration limit) {
    double limitMillis = limit.toNanos() / 1e6;
    return new PacedEffects(
        perSecond,
        missing * 2 > wanted ? Math.max(limitMillis, status.p50()) : status.p50(),
        missing * 100 > wanted ? Math.max(limitMillis, status.p99()) : status.p99(),
        Double.NaN,
        Double.NaN,
        missing);
  }

  PacedEffects recorded(double newP50, double newP99) {
    return new PacedEffects(perSecond, p50, p99, newP50, newP99, missing);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "at %.0f/s: p50 %.1f ms, p99 %.1f ms", perSecond, p50, p99)
        + (Double.isNaN(recordedP99)
            ? ""
            : String.format(
                Locale.ROOT,
                "   outcome visible: p50 %.1f ms, p99 %.1f ms",
                recordedP50,
                recordedP99))
        + (missing > 0 ? "   at least: %d were not carried out in time".formatted(missing) : "");
  }
}
