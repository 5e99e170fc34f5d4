package dev.tailrace.effects;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Which effect: in the store the keys of one lane stand side by side, in the order in which they
 * run.
 *
 * @param share where the lane is one of several consumers
 * @param order the event's place in commit order, 19 digits; of one that is redriven, behind one
 * @param item which of several effects of one event; empty when there is one
 */
record EffectKey(
    String consumer, Optional<Share> share, String lane, String order, UUID eventId, String item)
    implements Comparable<EffectKey>, Asking {

  private static final String SEPARATOR = "\0";
  private static final String BEHIND_SEPARATOR = "\1";

  /** Above all digits. */
  private static final String BEHIND = "~";

  /** Before the name under which lanes are shared: no consumer's begins so. */
  private static final String SHARED = "@";

  /** Above all that begin with {@link #SHARED}, and below all names of consumers. */
  private static final String BEHIND_SHARED = "A";

  private static final int PARTS = 5;
  private static final int SHARED_PARTS = 7;

  /** A live lane that is named so stands back behind others, and that is all. */
  private static final String REPLAYED = "replay:";

  private static final String FORCED = "force:";

  private static final Comparator<EffectKey> ORDER =
      Comparator.comparing(EffectKey::order)
          .thenComparingInt(EffectKey::place)
          .thenComparing(EffectKey::consumer)
          .thenComparing(EffectKey::eventId, EffectKey::asText)
          .thenComparing(EffectKey::item);

  /**
   * The name under which consumers share lanes.
   *
   * @param place the consumer's among them: of one event theirs run in this order
   */
  record Share(String name, int place) {}

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

  /** In a lane of the consumer's own. */
  EffectKey(String consumer, String lane, String order, UUID eventId, String item) {
    this(consumer, Optional.empty(), lane, order, eventId, item);
  }

  LaneId laneId() {
    return new LaneId(owner(), lane);
  }

  private String owner() {
    return share.map(its -> SHARED + its.name()).orElse(consumer);
  }

  private int place() {
    return share.map(Share::place).orElse(0);
  }

  /** The effect of one of the items of this one's event: each item has a lane of its own. */
  EffectKey ofItem(String its) {
    return new EffectKey(consumer, share, lane + "/" + its, order, eventId, its);
  }

  /** Another consumer's effect of the same event, in a lane of its own of the same name. */
  EffectKey of(String other) {
    return of(other, Optional.empty());
  }

  /** The same effect of a consumer that has another name, or shares other lanes. */
  EffectKey of(String other, Optional<Share> its) {
    return new EffectKey(other, its, lane, order, eventId, item);
  }

  /**
   * A lane belongs to one consumer, or to those that share it.
   *
   * @param owner the consumer; or the name under which it is shared, marked as such
   */
  record LaneId(String owner, String lane) {

    boolean isShared() {
      return owner.startsWith(SHARED);
    }

    /** Whether it is one of those in which replayed effects run, beside the live ones. */
    boolean isReplayed() {
      return EffectKey.isReplayed(lane);
    }

    /** The lane beside which it is, or itself. */
    LaneId live() {
      return isReplayed() ? new LaneId(owner, lane.substring(lane.indexOf(':') + 1)) : this;
    }
  }

  /** The same effect, come by a replay: in a lane beside that of the live ones. */
  EffectKey replayed(boolean isForced) {
    String beside = (isForced ? FORCED : REPLAYED) + lane;
    return new EffectKey(consumer, share, beside, order, eventId, item);
  }

  @Override
  public boolean isReplayed() {
    return isReplayed(lane);
  }

  private static boolean isReplayed(String lane) {
    return lane.startsWith(REPLAYED) || lane.startsWith(FORCED);
  }

  /** The same effect, come by itself. */
  EffectKey live() {
    return new EffectKey(consumer, share, laneId().live().lane(), order, eventId, item);
  }

  /** Of keys that stand side by side: from the first text to one behind the last. */
  record Span(String from, String to) {

    /** All in lanes that consumers share. */
    static final Span OF_SHARED = new Span(SHARED, BEHIND_SHARED);

    /** All of a consumer in lanes of its own. */
    static Span of(String consumer) {
      return new Span(consumer + SEPARATOR, consumer + BEHIND_SEPARATOR);
    }

    /** What is left of it behind this one; nothing if that is behind all of it. */
    Optional<Span> behind(EffectKey key) {
      String its = key.text();
      if (its.compareTo(to) > 0) {
        return Optional.empty();
      }
      return Optional.of(its.compareTo(from) > 0 ? new Span(its, to) : this);
    }
  }

  String text() {
    String id = eventId.toString();
    if (share.isEmpty()) {
      return String.join(SEPARATOR, consumer, lane, order, id, item);
    }
    // With zeros, so that texts are ordered as the numbers are.
    String place = String.format(Locale.ROOT, "%04d", place());
    return String.join(SEPARATOR, owner(), lane, order, place, consumer, id, item);
  }

  /** A text before those of all effects of this one's lane, and behind those before it. */
  String beginOfLane() {
    return owner() + SEPARATOR + lane + SEPARATOR;
  }

  /** A text behind those of all effects of this one's lane, and before those of any other. */
  String endOfLane() {
    return owner() + SEPARATOR + lane + BEHIND_SEPARATOR;
  }

  /** Whether it was put behind others, and there may be one of the same effect before it. */
  boolean isPutBehind() {
    return order.endsWith(BEHIND);
  }

  /** The same effect, behind all whose events have come up to this place in commit order. */
  EffectKey behind(String last) {
    return new EffectKey(consumer, share, lane, last + BEHIND, eventId, item);
  }

  /** By what tells most: these are looked up several times for each effect. */
  @Override
  public int hashCode() {
    return eventId.hashCode() * 31 + consumer.hashCode();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EffectKey its
        && eventId.equals(its.eventId)
        && consumer.equals(its.consumer)
        && item.equals(its.item)
        && order.equals(its.order)
        && lane.equals(its.lane)
        && share.equals(its.share);
  }

  static EffectKey parse(String text) {
    if (!text.startsWith(SHARED)) {
      String[] parts = text.split(SEPARATOR, PARTS);
      return new EffectKey(parts[0], parts[1], parts[2], UUID.fromString(parts[3]), parts[4]);
    }
    String[] parts = text.split(SEPARATOR, SHARED_PARTS);
    var share = new Share(parts[0].substring(SHARED.length()), Integer.parseInt(parts[3]));
    return new EffectKey(
        parts[4], Optional.of(share), parts[1], parts[2], UUID.fromString(parts[5]), parts[6]);
  }

  @Override
  public int compareTo(EffectKey other) {
    return ORDER.compare(this, other);
  }
}
