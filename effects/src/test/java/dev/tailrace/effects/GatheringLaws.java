package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.effects.PendingEffect.Batched;
import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * However effects arrive and batches end: none is larger than it may be, of each scope one is under
 * way, lanes keep their order, what failed together comes again together, and none is forgotten.
 */
class GatheringLaws {

  @Test
  void batchesKeepToTheirBoundsAndLanesToTheirOrderAndNoneIsForgotten() {
    Seeds.forEach(300, seed -> new Run(seed, true).go());
  }

  @Test
  void whatFailedTogetherIsCalledAgainAsItWas() {
    Seeds.forEach(300, seed -> new Run(seed, false).go());
  }

  /** At each step something comes, a batch is formed or ends, an operator acts, or time passes. */
  private static final class Run implements Lane.Stored, Gathering.Known {

    private static final int LANES = 5;
    private static final int MOST_BEHIND = 3;
    private static final Scope LANE_0 = Scope.ofLane("c", "lane-0");

    private final Seed seed;
    private final boolean inHalves;
    private final Batching.Bounds bounds;
    private final Lanes lanes = new Lanes(MOST_BEHIND, this, new RecentWakes(Duration.ofHours(1)));
    private final Gathering gathering = new Gathering(lanes, this);
    private final TreeMap<EffectKey, Waiting> store = new TreeMap<>();
    private final Map<EffectKey, Gathering.Share> shares = new HashMap<>();
    private final Calls calls = new Calls();
    private final List<Gathering.Formed> underWay = new ArrayList<>();
    private final Map<String, List<EffectKey>> settled = new HashMap<>();
    private int arrived;
    private int cancelled;
    private int called;
    private boolean isPaused;
    private Instant now = Instant.EPOCH;

    /**
     * @param inHalves whether some are refused: of what is cut a half may be held up by the other
     */
    Run(Seed seed, boolean inHalves) {
      this.seed = seed;
      this.inHalves = inHalves;
      this.bounds = new Batching.Bounds(seed.between(1, 6), seed.between(1, 40));
    }

    void go() {
      int effects = 2 * seed.size();
      while (arrived < effects || lanes.size() > 0) {
        if (arrived < effects && seed.flip()) {
          arrive();
        } else if (seed.oneIn(8)) {
          operate();
        } else if (!underWay.isEmpty() && seed.flip()) {
          end(underWay.remove(seed.below(underWay.size())));
        } else {
          now = now.plusSeconds(1);
        }
        if (arrived == effects && isPaused) {
          lanes.resume(LANE_0);
          isPaused = false;
        }
        while (lanes.hasNext(now)) {
          gathering.add(lanes.next());
        }
        if (gathering.ready() > 0 && seed.flip()) {
          form();
        }
        assertThat(lanes.size()).isEqualTo(store.size());
      }
      assertThat(settled.values().stream().mapToInt(List::size).sum())
          .isEqualTo(effects - cancelled);
      settled.values().forEach(lane -> assertThat(lane).isSorted());
    }

    private void arrive() {
      var lane = "lane-" + seed.below(LANES);
      var key = new EffectKey("c", lane, "%019d".formatted(arrived), new UUID(0, arrived), "");
      arrived++;
      // Of a lane most are in one scope, not all.
      String scope = seed.oneIn(8) ? "other" : "scope-" + lane.hashCode() % 2;
      shares.put(
          key, new Gathering.Share(new BatchScope("c", scope, false, 0), seed.between(1, 20)));
      Waiting until = seed.oneIn(3) ? Waiting.until(now.plusSeconds(seed.below(5))) : Waiting.NOT;
      store.put(key, until);
      lanes.add(key, until);
    }

    private void operate() {
      gathering.giveBack(LANE_0::touches);
      isPaused = seed.flip();
      if (isPaused) {
        lanes.pause(LANE_0);
      } else {
        lanes.resume(LANE_0);
      }
      if (!store.isEmpty() && seed.oneIn(3)) {
        EffectKey key = seed.oneOf(List.copyOf(store.keySet()));
        gathering.giveBack(key.laneId()::equals);
        if (!lanes.runs(key)) {
          store.remove(key);
          calls.note(key, Optional.empty());
          lanes.cancel(key);
          cancelled++;
        }
      }
    }

    private void form() {
      Gathering.Formed batch = gathering.next(now);
      List<EffectKey> effects = batch.effects();
      List<EffectKey> before = calls.together(effects.getFirst());
      assertThat(effects).isNotEmpty().doesNotHaveDuplicates();
      assertThat(effects).allMatch(store::containsKey);
      assertThat(effects).noneMatch(key -> isPaused && LANE_0.covers(key));
      assertThat(underWay).extracting(Gathering.Formed::scope).doesNotContain(batch.scope());
      assertThat(underWay.stream().flatMap(each -> each.effects().stream()))
          .extracting(EffectKey::lane)
          .doesNotContainAnyElementsOf(effects.stream().map(EffectKey::lane).toList());
      assertThat(effects.size()).isLessThanOrEqualTo(bounds.effects());
      assertThat(effects.size() == 1 || bytes(effects) <= bounds.bytes()).isTrue();
      byLane(effects).values().forEach(this::areTheFirstOfTheirLane);
      if (before.isEmpty()) {
        assertThat(effects).allMatch(key -> share(key).scope().equals(batch.scope()));
        assertThat(effects).allMatch(key -> calls.together(key).isEmpty());
      } else {
        assertThat(before).containsSubsequence(effects);
        if (!inHalves) {
          assertThat(effects)
              .containsExactlyElementsOf(
                  before.stream().filter(key -> !(isPaused && LANE_0.covers(key))).toList());
        }
      }
      underWay.add(batch);
    }

    private long bytes(List<EffectKey> effects) {
      return effects.stream().mapToLong(key -> share(key).bytes()).sum();
    }

    private static Map<EffectKey.LaneId, List<EffectKey>> byLane(List<EffectKey> effects) {
      var lanes = new LinkedHashMap<EffectKey.LaneId, List<EffectKey>>();
      effects.forEach(
          key -> lanes.computeIfAbsent(key.laneId(), lane -> new ArrayList<>()).add(key));
      return lanes;
    }

    private void areTheFirstOfTheirLane(List<EffectKey> effects) {
      assertThat(store.keySet().stream().filter(key -> isInLaneOf(effects.getFirst(), key)))
          .startsWith(effects.toArray(EffectKey[]::new));
    }

    private static boolean isInLaneOf(EffectKey one, EffectKey key) {
      return key.laneId().equals(one.laneId());
    }

    private void end(Gathering.Formed batch) {
      List<EffectKey> effects = batch.effects();
      List<EffectKey> halves = List.of();
      if (seed.oneIn(3)) {
        again(effects, Waiting.until(now.plusSeconds(seed.between(1, 5))), new HashSet<>());
      } else if (inHalves && effects.size() > 1 && seed.oneIn(3)) {
        var held = new HashSet<EffectKey.LaneId>();
        int half = effects.size() / 2;
        again(effects.subList(0, half), Waiting.NOT, held);
        again(effects.subList(half, effects.size()), Waiting.NOT, held);
        halves = effects;
      } else {
        each(effects);
      }
      gathering.ended(batch.scope(), halves);
    }

    private void again(List<EffectKey> effects, Waiting until, Set<EffectKey.LaneId> held) {
      called++;
      for (int place = 0; place < effects.size(); place++) {
        EffectKey key = effects.get(place);
        calls.note(key, Optional.of(new Batched("call-" + called, place)));
        waits(key, until, held);
      }
    }

    /** Each is settled or waits; what is behind one that waits has to come again. */
    private void each(List<EffectKey> effects) {
      var held = new HashSet<EffectKey.LaneId>();
      for (EffectKey key : effects) {
        calls.note(key, Optional.empty());
        if (held.contains(key.laneId()) || seed.oneIn(5)) {
          waits(key, Waiting.until(now.plusSeconds(seed.below(3))), held);
        } else {
          store.remove(key);
          settled.computeIfAbsent(key.lane(), lane -> new ArrayList<>()).add(key);
          lanes.settled(key);
        }
      }
    }

    private void waits(EffectKey key, Waiting until, Set<EffectKey.LaneId> held) {
      store.put(key, until);
      if (held.add(key.laneId())) {
        lanes.waiting(key, until);
      } else {
        lanes.giveBack(key, until);
      }
    }

    @Override
    public boolean goesInBatches(EffectKey key) {
      return true;
    }

    @Override
    public Gathering.Share share(EffectKey key) {
      return Objects.requireNonNull(shares.get(key));
    }

    @Override
    public Batching.Bounds bounds(BatchScope scope) {
      return bounds;
    }

    @Override
    public List<EffectKey> together(EffectKey key) {
      return calls.together(key);
    }

    @Override
    public Map<EffectKey, Waiting> behind(EffectKey key, int most) {
      var found = new LinkedHashMap<EffectKey, Waiting>();
      store.tailMap(key, false).entrySet().stream()
          .filter(entry -> isInLaneOf(key, entry.getKey()))
          .limit(most)
          .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
      return found;
    }
  }
}
