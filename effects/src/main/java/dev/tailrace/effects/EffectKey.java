package dev.tailrace.effects;

import java.util.Comparator;
import java.util.UUID;

/**
 * Which effect: in the store the keys of one lane stand side by side, in the order in which they
 * run.
 *
 * @param order the event's place in commit order, 19 digits
 */
record EffectKey(String consumer, String lane, String order, UUID eventId)
    implements Comparable<EffectKey> {

  private static final char SEPARATOR = '\0';

  private static final Comparator<EffectKey> ORDER =
      Comparator.comparing(EffectKey::order).thenComparing(EffectKey::eventId);

  EffectKey {
    lane = lane.replace(SEPARATOR, ' ');
  }

  LaneId laneId() {
    return new LaneId(consumer, lane);
  }

  /** A lane belongs to one consumer. */
  record LaneId(String consumer, String lane) {}

  String text() {
    return consumer + SEPARATOR + lane + SEPARATOR + order + SEPARATOR + eventId;
  }

  static EffectKey parse(String text) {
    String[] parts = text.split("\0", 4);
    return new EffectKey(parts[0], parts[1], parts[2], UUID.fromString(parts[3]));
  }

  @Override
  public int compareTo(EffectKey other) {
    return ORDER.compare(this, other);
  }
}
