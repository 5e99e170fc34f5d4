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
    implements Comparable<EffectKey> {

  private static final String SEPARATOR = "\0";
  private static final String BEHIND_SEPARATOR = "\1";

  /** Above all digits. */
  private static final String BEHIND = "~";

  private static final int PARTS = 5;

  /** A live lane that is named so stands back behind others, and that is all. */
  private static final String REPLAYED = "replay:";

  private static final String FORCED = "force:";

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
  record LaneId(String consumer, String lane) {

    /** Whether it is one of those in which replayed effects run, beside the live ones. */
    boolean isReplayed() {
      return EffectKey.isReplayed(lane);
    }

    /** The lane beside which it is, or itself. */
    LaneId live() {
      return isReplayed() ? new LaneId(consumer, lane.substring(lane.indexOf(':') + 1)) : this;
    }
  }

  /** The same effect, come by a replay: in a lane beside that of the live ones. */
  EffectKey replayed(boolean isForced) {
    return new EffectKey(consumer, (isForced ? FORCED : REPLAYED) + lane, order, eventId, item);
  }

  boolean isReplayed() {
    return isReplayed(lane);
  }

  private static boolean isReplayed(String lane) {
    return lane.startsWith(REPLAYED) || lane.startsWith(FORCED);
  }

  /** The same effect, come by itself. */
  EffectKey live() {
    return new EffectKey(consumer, laneId().live().lane(), order, eventId, item);
  }

  String text() {
    return String.join(SEPARATOR, consumer, lane, order, eventId.toString(), item);
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
