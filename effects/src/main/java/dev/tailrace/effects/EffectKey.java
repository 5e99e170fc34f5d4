package dev.tailrace.effects;

import java.util.Comparator;
import java.util.UUID;

/**
 * Which effect: in the store the keys of one lane stand side by side, in the order in which they
 * run.
 *
 * @param order the event's place in commit order, 19 digits; of one that is redriven, behind one
 * @param item which of several effects of one event; empty when there is one
 */
record EffectKey(String consumer, String lane, String order, UUID eventId, String item)
    implements Comparable<EffectKey>, Asking {

  private static final String SEPARATOR = "\0";
  private static final String BEHIND_SEPARATOR = "\1";

  /** Above all digits. */
  private static final String BEHIND = "~";

  private static final int PARTS = 5;

  private static final Comparator<EffectKey> ORDER =
      Comparator.comparing(EffectKey::order)
          .thenComparing(EffectKey::eventId, EffectKey::asText)
          .thenComparing(EffectKey::item);

  /** As the store orders them. */
  private static int asText(UUID one, UUID other) {
    int high = Long.compareUnsigned(one.getMostSignificantBits(), other.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(one.getLeastSignificantBits(), other.getLeastSignificantBits());
  }

  EffectKey {
    lane = lane.replace(SEPARATOR, " ");
    item = item.replace(SEPARATOR, " ");
  }

  LaneId laneId() {
    return new LaneId(consumer, lane);
  }

  /** The effect of one of the items of this one's event: each item has a lane of its own. */
  EffectKey ofItem(String its) {
    return new EffectKey(consumer, lane + "/" + its, order, eventId, its);
  }

  /** Another consumer's effect of the same event, in a lane of the same name. */
  EffectKey of(String other) {
    return new EffectKey(other, lane, order, eventId, item);
  }

  /** A lane belongs to one consumer. */
  record LaneId(String consumer, String lane) {}

  String text() {
    return String.join(SEPARATOR, consumer, lane, order, eventId.toString(), item);
  }

  /** A text before those of all effects of this one's lane, and behind those before it. */
  String beginOfLane() {
    return consumer + SEPARATOR + lane + SEPARATOR;
  }

  /** A text behind those of all effects of this one's lane, and before those of any other. */
  String endOfLane() {
    return consumer + SEPARATOR + lane + BEHIND_SEPARATOR;
  }

  /** A text behind those of all effects of a consumer, and before those of any other. */
  static String endOf(String consumer) {
    return consumer + BEHIND_SEPARATOR;
  }

  /** Whether it was put behind others, and there may be one of the same effect before it. */
  boolean isPutBehind() {
    return order.endsWith(BEHIND);
  }

  /** The same effect, behind all whose events have come up to this place in commit order. */
  EffectKey behind(String last) {
    return new EffectKey(consumer, lane, last + BEHIND, eventId, item);
  }

  static EffectKey parse(String text) {
    String[] parts = text.split(SEPARATOR, PARTS);
    return new EffectKey(parts[0], parts[1], parts[2], UUID.fromString(parts[3]), parts[4]);
  }

  @Override
  public int compareTo(EffectKey other) {
    return ORDER.compare(this, other);
  }
}
