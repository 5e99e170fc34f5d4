package dev.tailrace.effects;

import dev.tailrace.effects.ReplayPlan.Count;
import dev.tailrace.effects.ReplayPlan.Effects;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Adds up what a replay would do; looks effects up in {@code effect_done}, many at a time. */
final class Planning {

  private static final int MOST_AT_ONCE = 1_000;
  private static final int MOST_COUNTS = 10_000;
  private static final int MOST_SAMPLES = 5;

  private final Replay replay;
  private final List<Consumer<?>> consumers;
  private final DoneRecords done;
  private final Instant now;
  private final Map<Kind, Count> counts = new LinkedHashMap<>();
  private final Map<String, Effects> effects = new LinkedHashMap<>();
  private final List<UUID> samples = new ArrayList<>();
  private final List<Asked> asked = new ArrayList<>();
  private long events;

  private record Kind(String type, Optional<String> tenant) {}

  /** An effect that is to be looked up. */
  private record Asked(Consumer<?> consumer, EffectKey key, Replayed replayed) {

    /** Under each name that its consumer has or had: as done, and as repeated by this replay. */
    Stream<EffectKey> records() {
      return Stream.concat(Stream.of(consumer.name()), consumer.formerNames().stream())
          .map(key::of)
          .flatMap(it -> Stream.of(it, replayed.recordOf(it)));
    }
  }

  Planning(Replay replay, List<Consumer<?>> consumers, DoneRecords done, Instant now) {
    this.replay = replay;
    this.consumers = consumers;
    this.done = done;
    this.now = now;
    consumers.forEach(each -> effects.put(each.name(), new Effects(each.name(), 0, 0, 0)));
  }

  void add(Past.Chosen chosen) throws SQLException {
    count(chosen);
    for (Consumer<?> consumer : consumers) {
      if (consumer.follows(chosen.type())) {
        follow(consumer, chosen);
      }
    }
    if (asked.size() >= MOST_AT_ONCE) {
      lookUp();
    }
  }

  private void count(Past.Chosen chosen) {
    events++;
    if (samples.size() < MOST_SAMPLES) {
      samples.add(chosen.envelope().id());
    }
    String type = chosen.envelope().type();
    var kind = new Kind(type, Optional.of(chosen.envelope().tenantId()));
    var counted =
        counts.size() < MOST_COUNTS || counts.containsKey(kind)
            ? kind
            : new Kind(type, Optional.empty());
    Instant at = Instant.ofEpochMilli(chosen.record().timestamp());
    counts.merge(counted, new Count(type, counted.tenant(), 1, at, at), Count::plus);
  }

  private void follow(Consumer<?> consumer, Past.Chosen chosen) {
    var envelope = chosen.envelope();
    Optional<String> lane;
    try {
      lane = consumer.laneOf(envelope, chosen.type());
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      // A dead letter that says so, whatever there is.
      add(new Effects(consumer.name(), 0, 0, 1));
      return;
    }
    if (lane.isEmpty()) {
      return;
    }
    if (consumer.idempotentByRow()) {
      add(new Effects(consumer.name(), 0, 0, 1));
      return;
    }
    var key = new EffectKey(consumer.name(), lane.get(), envelope.seq(), envelope.id(), "");
    asked.add(new Asked(consumer, key, replay.of(envelope, now)));
  }

  private void lookUp() throws SQLException {
    var some = new ArrayList<Asked>();
    for (Asked each : asked) {
      if (each.consumer().namesItems(each.key())) {
        some.addAll(items(each));
      } else {
        some.add(each);
      }
      if (some.size() >= MOST_AT_ONCE) {
        tell(some);
        some.clear();
      }
    }
    tell(some);
    asked.clear();
  }

  /** One for each item; whose items were never named counts as one that is not done. */
  private List<Asked> items(Asked event) throws SQLException {
    Optional<List<String>> named =
        done.inTransaction(connection -> DoneRecords.items(connection, event.key()));
    if (named.isEmpty()) {
      notDone(event, false);
    }
    return named.orElse(List.of()).stream()
        .map(item -> new Asked(event.consumer(), event.key().ofItem(item), event.replayed()))
        .toList();
  }

  private void tell(List<Asked> some) throws SQLException {
    if (some.isEmpty()) {
      return;
    }
    List<Boolean> found = done.found(some.stream().flatMap(Asked::records).toList());
    int next = 0;
    for (Asked each : some) {
      int end = next + (int) each.records().count();
      boolean wasDone = false;
      boolean isDone = false;
      for (int i = next; i < end; i += 2) {
        wasDone |= found.get(i);
        isDone |= found.get(i + 1);
      }
      next = end;
      if (isDone) {
        add(new Effects(each.consumer().name(), 1, 0, 0));
      } else {
        notDone(each, wasDone);
      }
    }
  }

  /**
   * One that this replay would carry out.
   *
   * @param wasDone whether it would be a repeat, for which no event is too old
   */
  private void notDone(Asked effect, boolean wasDone) {
    boolean isStale = effect.replayed().olderThan().isPresent() && !wasDone;
    add(new Effects(effect.consumer().name(), 0, isStale ? 1 : 0, isStale ? 0 : 1));
  }

  private void add(Effects some) {
    effects.merge(some.consumer(), some, Effects::plus);
  }

  /** All that was added. */
  ReplayPlan plan(Past past, int perSecond) throws SQLException {
    lookUp();
    return new ReplayPlan(
        events,
        List.copyOf(counts.values()),
        past.noEvents(),
        past.isCutOff(),
        Duration.ofSeconds(1).multipliedBy(events).dividedBy(perSecond),
        samples,
        List.copyOf(effects.values()));
  }
}
