package dev.tailrace.effects;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** What is pending, in the store of a task: the effects of one lane side by side, in order. */
final class PendingStore implements Lane.Stored {

  private final KeyValueStore<String, byte[]> store;
  private final Supplier<Instant> now;

  PendingStore(KeyValueStore<String, byte[]> store, Supplier<Instant> now) {
    this.store = store;
    this.now = now;
  }

  /** Adds an effect; false when it is there already. */
  boolean add(EffectKey key, PendingEffect effect) {
    return store.putIfAbsent(key.text(), effect.bytes()) == null;
  }

  PendingEffect get(EffectKey key) {
    byte[] value = store.get(key.text());
    if (value == null) {
      throw new IllegalStateException("BUG: " + key + " is ready, but not pending");
    }
    return PendingEffect.parse(value);
  }

  void put(EffectKey key, PendingEffect effect) {
    store.put(key.text(), effect.bytes());
  }

  void delete(EffectKey key) {
    store.delete(key.text());
  }

  /** All there is; how long each waits is told as of now. */
  void forEach(BiConsumer<EffectKey, Waiting> each) {
    Instant instant = now.get();
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        each.accept(EffectKey.parse(entry.key), PendingEffect.parse(entry.value).waiting(instant));
      }
    }
  }

  /** The first of those that are meant, behind that one if there is one. */
  List<EffectKey> covered(Scope scope, Optional<EffectKey> behind, int most) {
    String from = behind.map(EffectKey::text).orElse(scope.consumer());
    var found = new ArrayList<EffectKey>();
    try (KeyValueIterator<String, byte[]> all =
        store.range(from, EffectKey.endOf(scope.consumer()))) {
      while (all.hasNext() && found.size() < most) {
        EffectKey key = EffectKey.parse(all.next().key);
        if (scope.covers(key) && !behind.equals(Optional.of(key))) {
          found.add(key);
        }
      }
    }
    return found;
  }

  @Override
  public Map<EffectKey, Waiting> behind(EffectKey key, int most) {
    Instant instant = now.get();
    var found = new LinkedHashMap<EffectKey, Waiting>();
    String from = key.text();
    try (KeyValueIterator<String, byte[]> lane = store.range(from, key.endOfLane())) {
      while (lane.hasNext() && found.size() < most) {
        KeyValue<String, byte[]> entry = lane.next();
        if (!entry.key.equals(from)) {
          found.put(EffectKey.parse(entry.key), PendingEffect.parse(entry.value).waiting(instant));
        }
      }
    }
    return found;
  }
}
