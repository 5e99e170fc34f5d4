package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Whatever the order of arrivals, ends, retries, parkings and wakes: a lane runs one at a time, in
 * order, and forgets none; and none waits for what has come.
 */
class LanesLaws {

  @Test
  void aLaneRunsItsEffectsOneAtATimeInOrderAndForgetsNone() {
    Seeds.forEach(
        200,
        seed -> {
          var run = new Run(seed, true, OWN);
          run.go();
          run.settled.values().forEach(lane -> assertThat(lane).isSorted());
        });
  }

  @Test
  void effectsThatArriveOutOfOrderAreNotForgottenEither() {
    Seeds.forEach(200, seed -> new Run(seed, false, OWN).go());
  }

  @Test
  void aLaneThatConsumersShareRunsTheirEffectsOneAtATimeInOrderAndForgetsNone() {
    Seeds.forEach(
        200,
        seed -> {
          var run = new Run(seed, true, SHARED);
          run.go();
          run.settled.values().forEach(lane -> assertThat(lane).isSorted());
        });
  }

  @Test
  void whatArrivesOutOfOrderInSharedLanesIsNotForgottenEither() {
    Seeds.forEach(200, seed -> new Run(seed, false, SHARED).go());
  }

  private static final Map<String, Optional<EffectKey.Share>> OWN = Map.of("c", Optional.empty());

  /** The second registered is the first by name, and its lanes are never paused. */
  private static final Map<String, Optional<EffectKey.Share>> SHARED =
      Map.of("c", share(0), "b", share(1));

  private static Optional<EffectKey.Share> share(int place) {
    return Optional.of(new EffectKey.Share("s", place));
  }

  /** At each step an effect arrives, or something random happens to one that is under way. */
  private static final class Run implements Lane.Stored {

    private static final int MOST_BEHIND = 3;
    private static final int LANES = 4;
    private static final int MOST_LENT = 3;
    private static final Scope LANE_0 = Scope.ofLane("c", "lane-0");

    private final Seed seed;
    private final boolean inOrder;

    /** The consumers. */
    private final Map<String, Optional<EffectKey.Share>> shares;

    private final List<EffectKey.LaneId> laneIds;
    private final Lanes lanes = new Lanes(MOST_BEHIND, this, new RecentWakes(Duration.ofHours(1)));
    private final TreeMap<EffectKey, Waiting> store = new TreeMap<>();
    private final List<EffectKey> running = new ArrayList<>();
    private final Map<EffectKey.LaneId, Deque<EffectKey>> lent = new HashMap<>();

    /** Lead their lanes, but the worker has not begun them. */
    private final Map<EffectKey.LaneId, EffectKey> leading = new HashMap<>();

    private final Map<EffectKey, Set<Awaited>> cameMeanwhile = new HashMap<>();
    private final Map<EffectKey, Waiting> waiting = new HashMap<>();

    /** Have waited, and held their lanes against all that came then. */
    private final Set<EffectKey> haveWaited = new HashSet<>();

    private final Map<EffectKey.LaneId, List<EffectKey>> settled = new HashMap<>();
    private int arrived;
    private int cancelled;
    private boolean isPaused;
    private Instant now = Instant.EPOCH;

    Run(Seed seed, boolean inOrder, Map<String, Optional<EffectKey.Share>> shares) {
      this.seed = seed;
      this.inOrder = inOrder;
      this.shares = shares;
      this.laneIds =
          IntStream.range(0, LANES).mapToObj(i -> key("c", "lane-" + i, 0).laneId()).toList();
    }

    private EffectKey key(String consumer, String lane, int order) {
      Optional<EffectKey.Share> share = Objects.requireNonNull(shares.get(consumer));
      var id = new UUID(0, arrived);
      return new EffectKey(consumer, share, lane, "%019d".formatted(order), id, "");
    }

    void go() {
      int effects = seed.size();
      while (arrived < effects || lanes.size() > 0) {
        if (arrived < effects && seed.flip()) {
          arrive(seed.oneOf(List.copyOf(shares.keySet())));
        } else if (seed.oneIn(4)) {
          wake(awaited());
        } else if (seed.oneIn(6)) {
          operate();
        } else if (seed.oneIn(4)) {
          lend(seed.oneOf(laneIds));
        } else if (seed.oneIn(8)) {
          takeBack(seed.oneOf(laneIds));
        } else if (!leading.isEmpty() && seed.oneIn(3)) {
          running.add(leading.remove(seed.oneOf(List.copyOf(leading.keySet()))));
        } else if (!running.isEmpty()) {
          end(running.remove(seed.below(running.size())));
        } else {
          now = now.plusSeconds(1);
        }
        if (arrived == effects) {
          lanes.resume(LANE_0);
          isPaused = false;
        }
        startWhatIsReady();
        assertThat(running).extracting(EffectKey::laneId).doesNotHaveDuplicates();
        assertThat(lanes.size()).isEqualTo(store.size());
        assertThat(sizes()).as("each lane has a head").isEqualTo(store.size());
        assertThat(lanes.lent()).isEqualTo(lent.values().stream().mapToInt(Deque::size).sum());
        assertThat(lanes.inMemory())
            .isLessThanOrEqualTo(LANES * (MOST_BEHIND + 1) + MOST_LENT * LANES);
      }
      assertThat(settled.values().stream().mapToInt(List::size).sum())
          .isEqualTo(effects - cancelled);
    }

    private int sizes() {
      int[] sum = {0};
      lanes.forEachHead(
          (head, standing, pending) -> {
            assertThat(standing == Standing.RUNNING)
                .isEqualTo(running.contains(head) || leading.containsValue(head));
            sum[0] += pending;
          });
      return sum[0];
    }

    private void arrive(String consumer) {
      String lane = "lane-" + seed.below(LANES);
      EffectKey key = key(consumer, lane, inOrder ? arrived : seed.below(1_000));
      arrived++;
      Waiting until = seed.flip() ? Waiting.NOT : Waiting.until(now.plusSeconds(seed.below(5)));
      store.put(key, until);
      waiting.put(key, until);
      if (!until.equals(Waiting.NOT)) {
        haveWaited.add(key);
      }
      lanes.add(key, until);
    }

    /** An operator pauses, resumes or cancels something. */
    private void operate() {
      if (seed.flip()) {
        lanes.pause(LANE_0);
        isPaused = true;
      } else {
        lanes.resume(LANE_0);
        isPaused = false;
      }
      if (!store.isEmpty() && seed.oneIn(3)) {
        EffectKey key = seed.oneOf(List.copyOf(store.keySet()));
        boolean isWithAWorker =
            running.contains(key)
                || lentOf(key.laneId()).contains(key)
                || leading.containsValue(key);
        assertThat(lanes.runs(key)).isEqualTo(isWithAWorker);
        if (!isWithAWorker) {
          store.remove(key);
          lanes.cancel(key);
          waiting.remove(key);
          cancelled++;
        }
      }
    }

    private Awaited awaited() {
      return new Awaited("event", "key-" + seed.below(3));
    }

    private void wake(Awaited awaited) {
      lanes.woken(awaited, now);
      cameMeanwhile.values().forEach(came -> came.add(awaited));
      waiting.replaceAll(
          (key, until) ->
              until.awaited().filter(awaited::equals).isPresent() ? Waiting.NOT : until);
    }

    /** Hands the next of a lane to the worker that its head is with. */
    private void lend(EffectKey.LaneId lane) {
      if (lanes.lent(lane) < MOST_LENT) {
        Optional<EffectKey> next = lanes.lend(lane, key -> true);
        next.ifPresent(
            key -> {
              assertThat(Objects.requireNonNull(waiting.get(key)).isOver(now)).isTrue();
              assertThat(isPaused && LANE_0.covers(key)).isFalse();
              cameMeanwhile.put(key, new HashSet<>());
              lentOf(lane).add(key);
            });
      }
    }

    private Deque<EffectKey> lentOf(EffectKey.LaneId lane) {
      return lent.computeIfAbsent(lane, id -> new ArrayDeque<>());
    }

    private void takeBack(EffectKey.LaneId lane) {
      Deque<EffectKey> its = new ArrayDeque<>(lentOf(lane));
      lentOf(lane).clear();
      Optional.ofNullable(leading.remove(lane))
          .ifPresent(
              key -> {
                waiting.put(key, Waiting.NOT);
                its.addFirst(key);
              });
      while (!its.isEmpty()) {
        EffectKey key = its.remove();
        cameMeanwhile.remove(key);
        lanes.giveBack(key);
      }
    }

    private void end(EffectKey key) {
      Set<Awaited> came = Objects.requireNonNull(cameMeanwhile.remove(key));
      if (seed.oneIn(4)) {
        waits(key, Waiting.until(now.plusSeconds(seed.below(5))));
      } else if (seed.oneIn(4)) {
        Awaited awaited = awaited();
        waits(key, new Waiting(now.plusSeconds(600), Optional.of(awaited), false));
        if (came.contains(awaited)) {
          waiting.put(key, Waiting.NOT);
        }
      } else {
        store.remove(key);
        settled.computeIfAbsent(key.laneId(), id -> new ArrayList<>()).add(key);
        lanes.settled(key);
        Optional.ofNullable(lentOf(key.laneId()).poll())
            .ifPresent(
                next -> {
                  waiting.remove(next);
                  leading.put(next.laneId(), next);
                });
      }
    }

    private void waits(EffectKey key, Waiting until) {
      store.put(key, until);
      waiting.put(key, until);
      haveWaited.add(key);
      takeBack(key.laneId());
      lanes.waiting(key, until);
    }

    private void startWhatIsReady() {
      while (lanes.hasNext(now)) {
        EffectKey key = lanes.next();
        assertThat(Objects.requireNonNull(waiting.remove(key)).isOver(now)).isTrue();
        assertThat(isPaused && LANE_0.covers(key)).isFalse();
        assertThat(haveWaited.contains(key) || isFirstOfItsLane(key)).isTrue();
        running.add(key);
        cameMeanwhile.put(key, new HashSet<>());
      }
      if (inOrder) {
        assertThat(idleHeads())
            .noneMatch(key -> waiting.getOrDefault(key, Waiting.NOT).isOver(now));
      }
    }

    private boolean isFirstOfItsLane(EffectKey key) {
      return store.headMap(key).keySet().stream()
          .noneMatch(before -> before.laneId().equals(key.laneId()));
    }

    /** The first of each lane in which none runs. */
    private List<EffectKey> idleHeads() {
      var first = new LinkedHashMap<EffectKey.LaneId, EffectKey>();
      store.keySet().forEach(key -> first.putIfAbsent(key.laneId(), key));
      return first.values().stream()
          .filter(
              key ->
                  !running.contains(key)
                      && !leading.containsValue(key)
                      && !(isPaused && LANE_0.covers(key)))
          .toList();
    }

    @Override
    public Map<EffectKey, Waiting> behind(EffectKey key, int most) {
      var found = new LinkedHashMap<EffectKey, Waiting>();
      store.tailMap(key, false).entrySet().stream()
          .filter(entry -> entry.getKey().laneId().equals(key.laneId()))
          .limit(most)
          .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
      return found;
    }
  }
}
