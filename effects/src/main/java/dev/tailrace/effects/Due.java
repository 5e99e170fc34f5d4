package dev.tailrace.effects;

import java.time.Instant;
import java.util.Comparator;

/** The time at which an effect's waiting ends. */
record Due(Instant at, EffectKey key) implements Comparable<Due> {

  private static final Comparator<Due> ORDER =
      Comparator.comparing(Due::at).thenComparing(Due::key);

  @Override
  public int compareTo(Due other) {
    return ORDER.compare(this, other);
  }
}
