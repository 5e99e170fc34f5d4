package dev.tailrace.effects;

import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many effects of each consumer are pending in a task, since when, and where the heads of its
 * lanes stand.
 *
 * <p>The stream thread alone changes it; whoever reads it sees what the thread has last told.
 */
final class Tally {

  private final Map<String, OfConsumer> consumers = new HashMap<>();

  private static final class OfConsumer {
    private final AtomicInteger pending = new AtomicInteger();
    private final Ages ages = new Ages();
    private volatile Optional<Instant> oldest = Optional.empty();

    /** By their standing; never changed once it is here. */
    private volatile Map<Standing, Integer> heads = Map.of();

    private void publish() {
      Optional<Instant> now = ages.oldest();
      if (!now.equals(oldest)) {
        oldest = now;
      }
    }
  }

  Tally(Set<String> names) {
    names.forEach(name -> consumers.put(name, new OfConsumer()));
  }

  /** One is pending from now on. */
  void came(EffectKey key, PendingEffect effect) {
    OfConsumer its = consumers.get(key.consumer());
    if (its != null) {
      its.pending.incrementAndGet();
      its.ages.add(effect.since());
      its.publish();
    }
  }

  /** One is pending no longer. */
  void left(EffectKey key, PendingEffect effect) {
    OfConsumer its = consumers.get(key.consumer());
    if (its != null) {
      its.pending.decrementAndGet();
      its.ages.remove(effect.since());
      its.publish();
    }
  }

  /** Looks at all lanes, and remembers where their heads stand. */
  void look(Lanes lanes) {
    var counts = new HashMap<String, Map<Standing, Integer>>();
    lanes.forEachHead(
        (head, standing, _) ->
            counts
                .computeIfAbsent(head.consumer(), name -> new EnumMap<>(Standing.class))
                .merge(standing, 1, Integer::sum));
    consumers.forEach((name, its) -> its.heads = counts.getOrDefault(name, Map.of()));
  }

  private Optional<OfConsumer> of(String consumer) {
    return Optional.ofNullable(consumers.get(consumer));
  }

  /** How many effects of the consumer are pending. */
  int pending(String consumer) {
    return of(consumer).map(its -> its.pending.get()).orElse(0);
  }

  /** Since when the oldest of them is, to the second. */
  Optional<Instant> oldest(String consumer) {
    return of(consumer).flatMap(its -> its.oldest);
  }

  /** In how many of its lanes the head stood so, when all were last looked at. */
  int lanes(String consumer, Standing standing) {
    return of(consumer).map(its -> its.heads.getOrDefault(standing, 0)).orElse(0);
  }
}
