package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the way of an effect, over Kafka keys or in batches, its replay goes it too. */
class ReplayedWaysIT {

  private static final Replay FILL = Replay.of(ReplayMode.FILL, "ann", "the pager was away");
  private static final Replay FORCE = Replay.of(ReplayMode.FORCE, "ann", "it lost all");

  @RegisterExtension private final DrivenApplication driven = new DrivenApplication();
  private final List<String> seen = new ArrayList<>();

  @TempDir private Path state;

  private void rings() {
    driven
        .consumer("ring")
        .on(TaskClaimed.class)
        .laneAcross(Received::tenantId)
        .mayBeForced()
        .handle(
            effect -> {
              seen.add(key(effect));
              return Outcome.done("rung");
            });
    driven.open(state);
  }

  private void ringsInBatches() {
    driven
        .consumer("ring")
        .on(TaskClaimed.class)
        .mayBeForced()
        .batchAll()
        .handleBatch(
            batch -> {
              seen.add(
                  batch.effects().stream()
                      .map(ReplayedWaysIT::key)
                      .collect(Collectors.joining(" ")));
              return Outcome.done("rung");
            });
    driven.open(state);
  }

  /** By its number, and what its idempotency key has beside what it has when it comes by itself. */
  private static String key(Effect<TaskClaimed> effect) {
    String alone = effect.envelope().id() + ":ring";
    String beside = effect.idempotencyKey().substring(alone.length());
    return effect.event().employeeId() + (beside.isEmpty() ? "" : "*");
  }

  private void replays(int number, String task, Replay replay) {
    driven.driver().replays(Kitchen.claimed(number, task), replay);
  }

  @Test
  void whatIsDoneInALaneAcrossKeysIsNotFilledInAndIsForcedOnce() {
    rings();
    isFilledInAndForcedOnce();
    assertThat(driven.driver().lanes())
        .contains("ring emp-1 in org_1", "ring emp-2 in replay:org_1", "ring emp-1 in force:org_1");
  }

  @Test
  void whatWentInABatchIsNotFilledInAndIsForcedOnce() {
    ringsInBatches();
    isFilledInAndForcedOnce();
  }

  private void isFilledInAndForcedOnce() {
    driven.driver().arrives(Kitchen.claimed(1, "a"));
    replays(1, "a", FILL);
    replays(2, "b", FILL);
    assertThat(seen).containsExactly("emp-1", "emp-2");

    replays(1, "a", FORCE);
    replays(1, "a", FORCE);
    assertThat(seen).containsExactly("emp-1", "emp-2", "emp-1*");
  }
}
