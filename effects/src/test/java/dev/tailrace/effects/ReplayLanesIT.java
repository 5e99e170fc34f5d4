package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.KitchenEvent.TaskReleased;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The past beside the present: neither doubles the other, and the present does not wait. */
class ReplayLanesIT {

  private static final Replay FILL = Replay.of(ReplayMode.FILL, "ann", "the pager was away");
  private static final Replay FORCE = Replay.of(ReplayMode.FORCE, "ann", "it lost all");
  private static final Duration HOUR = Duration.ofHours(1).plusSeconds(1);

  @RegisterExtension private final DrivenApplication driven = new DrivenApplication();
  private final List<String> seen = new ArrayList<>();
  private final Set<String> broken = new HashSet<>();
  private final List<String> machines = new ArrayList<>(List.of("m1", "m2"));

  @TempDir private Path state;

  private void rings() {
    driven
        .consumer("ring")
        .on(TaskClaimed.class)
        .retry(Backoff.schedule("1h*9").jitter(0))
        .mayBeForced()
        .handle(
            effect -> {
              seen.add(effect.event().employeeId());
              return broken.contains(effect.event().employeeId())
                  ? Outcome.retry("busy")
                  : Outcome.done("rung");
            });
    driven.open(state);
  }

  private void arrives(int number, String task) {
    driven.driver().arrives(Kitchen.claimed(number, task));
  }

  private void replays(int number, String task, Replay replay) {
    driven.driver().replays(Kitchen.claimed(number, task), replay);
  }

  @Test
  void whatIsPendingIsNotDoubledByItsReplay() {
    rings();
    broken.addAll(Set.of("emp-1", "emp-2"));
    arrives(1, "a");
    arrives(2, "a");
    for (Replay replay : List.of(FILL, FORCE)) {
      replays(1, "a", replay);
      replays(2, "a", replay);
    }
    assertThat(driven.driver().pending()).isEqualTo(2);

    broken.clear();
    driven.driver().passes(HOUR);
    assertThat(seen).containsExactly("emp-1", "emp-1", "emp-2");
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void whatIsCarriedOutAlreadyIsNotPendingAnyMore() {
    rings();
    arrives(9, "b");
    seen.clear();
    driven.driver().arrivesTogetherWithItsReplay(Kitchen.claimed(1, "a"), FORCE);

    assertThat(seen).containsExactly("emp-1", "emp-1");
  }

  @Test
  void aSecondReplayDoesNotDoubleTheFirst() {
    rings();
    broken.add("emp-1");
    replays(1, "a", FILL);
    replays(1, "a", FILL);
    replays(1, "a", Replay.of(ReplayMode.FILL, "bob", "me too"));
    assertThat(driven.driver().pending()).isEqualTo(1);

    broken.clear();
    driven.driver().passes(HOUR);
    assertThat(seen).containsExactly("emp-1", "emp-1");
  }

  @Test
  void oneThatForcesIsNotLostInOneThatFills() {
    rings();
    broken.add("emp-1");
    replays(1, "a", FILL);
    broken.clear();
    replays(1, "a", FORCE);
    driven.driver().passes(HOUR);

    assertThat(driven.driver().attempts())
        .containsExactly(
            "ring emp-1 retry busy", "ring emp-1 done rung", "ring emp-1 skipped done before");
  }

  @Test
  void whatComesByItselfAfterItsReplayIsDoneOnce() {
    rings();
    replays(1, "a", FILL);
    arrives(1, "a");

    assertThat(seen).containsExactly("emp-1");
  }

  @Test
  void thePresentIsStartedBeforeThePast() {
    rings();
    driven.driver().asked(new Command.Pause(Scope.ofConsumer("ring"), "ann", "repairs"));
    for (int number = 1; number <= 4; number++) {
      replays(number, "task-" + number, FILL);
    }
    arrives(5, "task-5");
    arrives(6, "task-1");
    driven.driver().asked(new Command.Resume(Scope.ofConsumer("ring"), "ann", "it rings"));

    assertThat(seen).containsExactly("emp-5", "emp-6", "emp-1", "emp-2", "emp-3", "emp-4");
  }

  @Test
  void aLaneOfThePastHoldsUpItselfAndNotThatOfThePresent() {
    rings();
    broken.add("emp-1");
    replays(1, "a", FILL);
    replays(2, "a", FILL);
    arrives(3, "a");
    assertThat(seen).containsExactly("emp-1", "emp-3");

    broken.clear();
    driven.driver().passes(HOUR);
    assertThat(seen).containsExactly("emp-1", "emp-3", "emp-1", "emp-2");
  }

  @Test
  void aLaneIsPausedAndCancelledWithThatOfItsPast() {
    rings();
    driven.driver().asked(new Command.Pause(Scope.ofLane("ring", "a"), "ann", "repairs"));
    replays(1, "a", FILL);
    replays(2, "b", FILL);
    arrives(3, "a");
    assertThat(seen).containsExactly("emp-2");

    driven.driver().asked(new Command.Cancel(Scope.ofLane("ring", "replay:a"), "ann", "no need"));
    driven.driver().asked(new Command.Resume(Scope.ofLane("ring", "a"), "ann", "it rings"));
    assertThat(seen).containsExactly("emp-2", "emp-3");
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void nobodyIsWokenByThePast() {
    driven
        .consumer("take")
        .on(TaskClaimed.class)
        .wokenBy(TaskReleased.class)
        .handle(
            effect -> {
              seen.add(effect.event().employeeId());
              return Outcome.parked(TaskReleased.class, "a", "not free");
            });
    driven.open(state);
    arrives(1, "a");
    driven.driver().replays(Kitchen.released(2, "a"), FILL);
    assertThat(seen).containsExactly("emp-1");

    driven.driver().arrives(Kitchen.released(3, "a"));
    assertThat(seen).containsExactly("emp-1", "emp-1");
  }

  @Test
  void whatIsParkedByAReplayIsWokenByThePresent() {
    driven
        .consumer("take")
        .on(TaskClaimed.class)
        .wokenBy(TaskReleased.class)
        .handle(
            effect -> {
              seen.add(effect.event().employeeId());
              return seen.size() > 1
                  ? Outcome.done("taken")
                  : Outcome.parked(TaskReleased.class, "a", "not free");
            });
    driven.open(state);
    replays(1, "a", FILL);
    driven.driver().arrives(Kitchen.released(2, "a"));

    assertThat(driven.driver().attempts())
        .containsExactly("take emp-1 parked not free", "take emp-1 done taken");
  }

  private void pokes() {
    driven
        .consumer("poke")
        .on(TaskClaimed.class)
        .each(received -> machines)
        .retry(Backoff.schedule("1h*9").jitter(0))
        .mayBeForced()
        .handle(
            effect -> {
              seen.add(effect.item());
              return broken.contains(effect.item())
                  ? Outcome.retry("no answer")
                  : Outcome.done("poked");
            });
    driven.open(state);
  }

  @Test
  void ofAnEventWithItemsEachIsFilledByItself() {
    pokes();
    arrives(1, "a");
    machines.add("m3");
    driven.database().execute("delete from effect_done where item = 'm2'");
    seen.clear();
    replays(1, "a", FILL);

    assertThat(seen).as("for the items that were named first").containsExactly("m2");
  }

  @Test
  void anItemThatIsPendingIsNotDoubled() {
    pokes();
    broken.add("m1");
    arrives(1, "a");
    replays(1, "a", FILL);
    assertThat(driven.driver().pending()).isEqualTo(1);

    broken.clear();
    driven.driver().passes(HOUR);
    assertThat(seen).containsExactly("m1", "m2", "m1");
  }

  @Test
  void ofAnEventWithItemsAllAreForced() {
    pokes();
    arrives(1, "a");
    seen.clear();
    replays(1, "a", FORCE);
    replays(1, "a", FORCE);

    assertThat(seen).containsExactly("m1", "m2");
  }

  @Test
  void ofAnOldEventTheItemsThatAreNotDoneAreStale() {
    pokes();
    arrives(1, "a");
    driven.database().execute("delete from effect_done where item = 'm2'");
    seen.clear();
    driven.driver().passes(Duration.ofDays(2));
    replays(1, "a", FILL);
    replays(2, "b", FILL);

    assertThat(seen).isEmpty();
    assertThat(driven.driver().letters())
        .extracting(letter -> letter.envelope().aggregateId() + " " + letter.item())
        .containsExactly("a m2", "b ");
  }
}
