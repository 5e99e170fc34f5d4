package dev.tailrace.effects;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
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
  private final Predicate<EffectKey> isKnown;
  private final Map<EffectKey, PendingEffect> atHand = new HashMap<>();
  private final Calls calls = new Calls();

  /**
   * A task's.
   *
   * @param isKnown whether this version has the consumer of an effect: others are in no lane
   */
  PendingStore(
      KeyValueStore<String, byte[]> store,
      Memory memory,
      Supplier<Instant> now,
      Predicate<EffectKey> isKnown) {
    this.store = store;
    this.memory = memory;
    this.now = now;
    this.isKnown = isKnown;
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
    calls.note(key, effect.batched());
  }

  /**
   * Those that were in one call with this one, and it itself, in order, when that is to be made
   * again as it was; else none.
   */
  List<EffectKey> together(EffectKey key) {
    return calls.together(key);
  }

  void delete(EffectKey key) {
    store.delete(key.text());
    calls.note(key, Optional.empty());
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
        EffectKey key = EffectKey.parse(entry.key);
        PendingEffect effect = PendingFormat.read(entry.value);
        calls.note(key, effect.batched());
        each.accept(key, effect);
      }
    }
  }

  /** The first of the lane of this one, in order. */
  void forEachOfLane(EffectKey one, int most, BiConsumer<EffectKey, PendingEffect> each) {
    try (KeyValueIterator<String, byte[]> lane = store.range(one.beginOfLane(), one.endOfLane())) {
      for (int i = 0; i < most && lane.hasNext(); i++) {
        KeyValue<String, byte[]> entry = lane.next();
        each.accept(EffectKey.parse(entry.key), PendingFormat.read(entry.value));
      }
    }
  }

  /** The first of those that are meant, behind that one if there is one. */
  List<EffectKey> covered(Scope scope, Optional<EffectKey> behind, int most) {
    var found = new ArrayList<EffectKey>();
    for (EffectKey.Span span :
        List.of(EffectKey.Span.OF_SHARED, EffectKey.Span.of(scope.consumer()))) {
      found.addAll(first(span, behind, scope::covers, most - found.size()));
    }
    return found;
  }

  /** The first of those that stand side by side, behind that one if there is one. */
  List<EffectKey> first(EffectKey.Span span, Optional<EffectKey> behind, int most) {
    return first(span, behind, key -> true, most);
  }

  private List<EffectKey> first(
      EffectKey.Span span, Optional<EffectKey> behind, Predicate<EffectKey> which, int most) {
    Optional<EffectKey.Span> rest =
        behind.isEmpty() ? Optional.of(span) : span.behind(behind.get());
    var found = new ArrayList<EffectKey>();
    if (rest.isPresent() && most > 0) {
      try (KeyValueIterator<String, byte[]> all = store.range(rest.get().from(), rest.get().to())) {
        while (all.hasNext() && found.size() < most) {
          EffectKey key = EffectKey.parse(all.next().key);
          if (which.test(key) && !behind.equals(Optional.of(key))) {
            found.add(key);
          }
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
        EffectKey its = EffectKey.parse(entry.key);
        if (!entry.key.equals(from) && isKnown.test(its)) {
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
