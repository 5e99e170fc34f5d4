package dev.tailrace.effects;

import java.time.Instant;
import java.util.Comparator;

/** An effect that may be started from a time on. */
record Due(Instant at, EffectKey key) implements Comparable<Due> {

  /** There is nothing to wait for. */
  static final Instant AT_ONCE = Instant.MIN;

  private static final Comparator<Due> ORDER =
      Comparator.comparing(Due::at).thenComparing(Due::key);

  @Override
  public int compareTo(Due other) {
    return ORDER.compare(this, other);
  }
}
