package dev.tailrace.effects;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What is pending, in the store of a task: the effects of one lane side by side, in order. Of those
 * that may soon be started some are at hand as well, as far as the instance has memory for them.
 */
final class PendingStore implements Lane.Stored {

  /** An effect beside its payload. */
  private static final long OVERHEAD_BYTES = 1_024;

  private final KeyValueStore<String, byte[]> store;
  private final Memory memory;
  private final Supplier<Instant> now;
  private final Map<EffectKey, PendingEffect> atHand = new HashMap<>();

  PendingStore(KeyValueStore<String, byte[]> store, Memory memory, Supplier<Instant> now) {
    this.store = store;
    this.memory = memory;
    this.now = now;
  }

  /** Adds an effect; false when it is there already. */
  boolean add(EffectKey key, PendingEffect effect) {
    return store.putIfAbsent(key.text(), PendingFormat.write(effect)) == null;
  }

  /** Adds an effect of which it is known that it is not there, for which no look is needed. */
  void addNew(EffectKey key, PendingEffect effect) {
    store.put(key.text(), PendingFormat.write(effect));
  }

  boolean contains(EffectKey key) {
    return atHand.containsKey(key) || store.get(key.text()) != null;
  }

  /** Spares the look into the store when it is started. */
  void keepAtHand(EffectKey key, PendingEffect effect) {
    if (!atHand.containsKey(key) && memory.tryTake(bytes(effect))) {
      atHand.put(key, effect);
    }
  }

  private static long bytes(PendingEffect effect) {
    return OVERHEAD_BYTES + effect.envelope().payload().length();
  }

  PendingEffect get(EffectKey key) {
    PendingEffect known = atHand.get(key);
    if (known != null) {
      return known;
    }
    byte[] value = store.get(key.text());
    if (value == null) {
      throw new IllegalStateException("BUG: " + key + " is ready, but not pending");
    }
    return PendingFormat.read(value);
  }

  void put(EffectKey key, PendingEffect effect) {
    store.put(key.text(), PendingFormat.write(effect));
    atHand.replace(key, effect);
  }

  void delete(EffectKey key) {
    store.delete(key.text());
    PendingEffect known = atHand.remove(key);
    if (known != null) {
      memory.giveBack(bytes(known));
    }
  }

  /** All there is. */
  void forEach(BiConsumer<EffectKey, PendingEffect> each) {
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        each.accept(EffectKey.parse(entry.key), PendingFormat.read(entry.value));
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
          EffectKey its = EffectKey.parse(entry.key);
          PendingEffect effect = PendingFormat.read(entry.value);
          found.put(its, effect.waiting(instant));
          keepAtHand(its, effect);
        }
      }
    }
    return found;
  }

  /** Gives back the memory. */
  void close() {
    atHand.values().forEach(effect -> memory.giveBack(bytes(effect)));
    atHand.clear();
  }
}
