package dev.tailrace.effects;

import dev.tailrace.contracts.event.EventType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An application's consumers, and those that follow from the death of their effects. */
final class Consumers {

  private final List<Consumer<?>> registered;
  private final Map<String, Consumer<?>> byName = new LinkedHashMap<>();
  private final Map<String, Consumer<?>> byFormerName = new HashMap<>();

  Consumers(List<Consumer<?>> registered) {
    this.registered = List.copyOf(registered);
    for (Consumer<?> consumer : registered) {
      add(consumer);
      consumer.mourner().ifPresent(this::add);
    }
  }

  private void add(Consumer<?> consumer) {
    byName.put(consumer.name(), consumer);
    consumer.formerNames().forEach(former -> byFormerName.put(former, consumer));
  }

  /** By the name that it has or had. */
  Optional<Consumer<?>> find(String name) {
    return Optional.<Consumer<?>>ofNullable(byName.get(name))
        .or(() -> Optional.ofNullable(byFormerName.get(name)));
  }

  /** Where effects may stand that an earlier version has left, and that have another place now. */
  List<EffectKey.Span> formerPlaces() {
    var places = new ArrayList<EffectKey.Span>();
    places.add(EffectKey.Span.OF_SHARED);
    byFormerName.keySet().stream().map(EffectKey.Span::of).forEach(places::add);
    byName.values().stream()
        .filter(consumer -> consumer.laning().share().isPresent())
        .map(consumer -> EffectKey.Span.of(consumer.name()))
        .forEach(places::add);
    return places;
  }

  List<Consumer<?>> following(EventType<?> type) {
    return registered.stream().filter(consumer -> consumer.follows(type)).toList();
  }

  /** What an event of this type ends the waiting for, among all consumers. */
  List<Waking<?>> wokenBy(EventType<?> type) {
    return registered.stream()
        .<Waking<?>>flatMap(consumer -> consumer.wakings().stream())
        .filter(waking -> waking.following().follows(type))
        .toList();
  }

  /** What tells by an event of this type that a destination is no more, among all consumers. */
  List<Waking<?>> endedBy(EventType<?> type) {
    return registered.stream()
        .<Waking<?>>flatMap(consumer -> consumer.endings().stream())
        .filter(ending -> ending.following().follows(type))
        .toList();
  }

  Duration longestTimeout() {
    return registered.stream()
        .map(consumer -> consumer.patience().timeout())
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  Set<String> names() {
    return byName.keySet();
  }
}
