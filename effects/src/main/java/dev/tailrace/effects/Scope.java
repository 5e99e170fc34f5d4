package dev.tailrace.effects;

import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which effects an operator means: all of a consumer, those of one of its lanes, or those of one
 * event.
 *
 * @param item of several effects of one event, the one for this item
 */
public record Scope(
    String consumer, Optional<String> lane, Optional<UUID> eventId, Optional<String> item) {

  public static Scope ofConsumer(String consumer) {
    return new Scope(consumer, Optional.empty(), Optional.empty(), Optional.empty());
  }

  public static Scope ofLane(String consumer, String lane) {
    return new Scope(consumer, Optional.of(lane), Optional.empty(), Optional.empty());
  }

  public static Scope ofEvent(String consumer, UUID eventId) {
    return new Scope(consumer, Optional.empty(), Optional.of(eventId), Optional.empty());
  }

  /** Whether it means lanes as wholes, and no effects one by one. */
  boolean isOfLanes() {
    return eventId.isEmpty() && item.isEmpty();
  }

  @Override
  public String toString() {
    return Stream.concat(
            Stream.of(consumer), Stream.of(lane, eventId, item).flatMap(Optional::stream))
        .map(Object::toString)
        .collect(Collectors.joining(" "));
  }

  /** The same of another consumer. */
  Scope of(String name) {
    return new Scope(name, lane, eventId, item);
  }

  /** Whether effects of this lane may be meant. */
  boolean touches(EffectKey.LaneId its) {
    return (its.isShared() || consumer.equals(its.owner())) && isOf(its);
  }

  /** A lane is meant with those of replayed effects beside it. */
  private boolean isOf(EffectKey.LaneId its) {
    return lane.filter(name -> !name.equals(its.lane()) && !name.equals(its.live().lane()))
        .isEmpty();
  }

  boolean covers(EffectKey key) {
    return consumer.equals(key.consumer())
        && isOf(key.laneId())
        && eventId.filter(its -> !its.equals(key.eventId())).isEmpty()
        && item.filter(its -> !its.equals(key.item())).isEmpty();
  }
}
