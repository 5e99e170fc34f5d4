package dev.tailrace.effects;

import dev.tailrace.effects.PendingEffect.Batched;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which effects were in one call that is to be made again as it was. The truth is in the store with
 * each of them; this is where they are found by one another.
 */
final class Calls {

  private final Map<EffectKey, Batched> places = new HashMap<>();
  private final Map<String, TreeMap<Integer, EffectKey>> calls = new HashMap<>();

  /** Where an effect is from now on; one that is in none, or is settled, has left. */
  void note(EffectKey key, Optional<Batched> now) {
    Batched before = now.isPresent() ? places.put(key, now.get()) : places.remove(key);
    if (before != null) {
      TreeMap<Integer, EffectKey> its = calls.get(before.call());
      if (its != null && its.remove(before.place(), key) && its.isEmpty()) {
        calls.remove(before.call());
      }
    }
    now.ifPresent(
        its -> calls.computeIfAbsent(its.call(), call -> new TreeMap<>()).put(its.place(), key));
  }

  /** Those that are in one with this effect, and it itself, in order; none when it is in none. */
  List<EffectKey> together(EffectKey key) {
    Batched its = places.get(key);
    return its == null
        ? List.of()
        : List.copyOf(calls.getOrDefault(its.call(), new TreeMap<>()).values());
  }
}
