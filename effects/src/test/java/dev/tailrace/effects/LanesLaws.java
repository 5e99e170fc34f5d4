package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Whatever the order of arrivals, ends and retries: a lane runs one at a time, in order, and
 * forgets none.
 */
class LanesLaws {

  @Test
  void aLaneRunsItsEffectsOneAtATimeInOrderAndForgetsNone() {
    Seeds.forEach(200, seed -> new Run(seed).go());
  }

  /**
   * Effects arrive in order, and at each step something random happens to one that is under way.
   */
  private static final class Run {

    private final Seed seed;
    private final Lanes lanes = new Lanes();
    private final List<EffectKey> running = new ArrayList<>();
    private final Set<EffectKey> waiting = new HashSet<>();
    private final Map<EffectKey.LaneId, List<EffectKey>> settled = new HashMap<>();
    private final Map<EffectKey, Instant> notBefore = new HashMap<>();
    private final List<EffectKey> arrived = new ArrayList<>();
    private Instant now = Instant.EPOCH;

    Run(Seed seed) {
      this.seed = seed;
    }

    void go() {
      int effects = seed.size();
      while (arrived.size() < effects || lanes.size() > 0) {
        if (arrived.size() < effects && seed.flip()) {
          arrive();
        } else if (!running.isEmpty()) {
          end(running.remove(seed.below(running.size())));
        } else {
          now = now.plusSeconds(1);
        }
        startWhatIsReady();
        assertThat(running).extracting(EffectKey::laneId).doesNotHaveDuplicates();
        assertThat(lanes.size()).isEqualTo(arrived.size() - settledCount());
      }
      assertThat(lanes.size()).isZero();
      settled.values().forEach(lane -> assertThat(lane).isSorted());
      assertThat(settledCount()).isEqualTo(arrived.size());
    }

    private void arrive() {
      String lane = "lane-" + seed.below(4);
      var key =
          new EffectKey(
              "c", lane, "%019d".formatted(arrived.size()), new UUID(0, arrived.size()), "");
      arrived.add(key);
      if (seed.flip()) {
        lanes.add(key);
      } else {
        notBefore.put(key, now.plusSeconds(seed.below(5)));
        lanes.add(key, notBefore.get(key));
      }
    }

    private void end(EffectKey key) {
      if (seed.oneIn(3)) {
        waiting.add(key);
        lanes.waiting(key, now.plusSeconds(seed.below(5)));
      } else {
        settled.computeIfAbsent(key.laneId(), id -> new ArrayList<>()).add(key);
        lanes.settled(key);
      }
    }

    private void startWhatIsReady() {
      while (lanes.hasNext(now)) {
        EffectKey key = lanes.next(now).orElseThrow();
        assertThat(now).isAfterOrEqualTo(notBefore.getOrDefault(key, now));
        waiting.remove(key);
        running.add(key);
      }
    }

    private int settledCount() {
      return settled.values().stream().mapToInt(List::size).sum();
    }
  }
}
