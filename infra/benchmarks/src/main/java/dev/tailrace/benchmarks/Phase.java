package dev.tailrace.benchmarks;

/** What an effect is there for: each phase's numbers begin at a place of their own. */
enum Phase {
  /** Compiles the code; does not count. */
  WARM_UP(0),
  /** All there at once, to be drained. */
  BACKLOG(1_000_000_000_000L),
  /** At the steady rate, but does not count. */
  PACED_WARM_UP(2_000_000_000_000L),
  /** At the steady rate, and timed. */
  PACED(3_000_000_000_000L);

  private final long first;

  Phase(long first) {
    this.first = first;
  }

  /** The number of the phase's effect that has so many before it. */
  long number(long index) {
    return first + index;
  }

  static Phase of(long number) {
    if (number >= PACED.first) {
      return PACED;
    }
    if (number >= PACED_WARM_UP.first) {
      return PACED_WARM_UP;
    }
    return number >= BACKLOG.first ? BACKLOG : WARM_UP;
  }
}
