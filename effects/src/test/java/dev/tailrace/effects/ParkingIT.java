package dev.tailrace.effects;

import static dev.tailrace.effects.DrivenApplication.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.KitchenEvent.TaskReleased;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What is parked waits for its event, and for nothing else. */
class ParkingIT {

  @RegisterExtension private final DrivenApplication driven = new DrivenApplication();
  private final List<String> seen = new ArrayList<>();
  private final Set<String> free = new HashSet<>();
  private Runnable looked = () -> {};

  @TempDir private Path state;

  private void arrives(int number, String task) {
    driven.driver().arrives(Kitchen.claimed(number, task));
  }

  @Test
  void aParkedEffectHoldsItsLaneUntilItsEventComes() {
    takesReleasedTasks();
    arrives(1, "a");
    arrives(2, "a");
    arrives(3, "b");
    driven.driver().passes(Duration.ofMinutes(5));
    assertThat(seen).containsExactly("emp-1#1", "emp-3#1");

    releases(4, "a");
    assertThat(seen).containsExactly("emp-1#1", "emp-3#1", "emp-1#1", "emp-2#1");
    assertThat(driven.driver().attempts())
        .containsExactly(
            "take emp-1 parked a is not free",
            "take emp-3 parked b is not free",
            "take emp-1 done taken",
            "take emp-2 done taken");
    assertThat(driven.driver().pending()).isEqualTo(1);
  }

  @Test
  void whatIsParkedIsLookedAtEveryTenMinutesAndNeverGivenUpForIt() {
    takesReleasedTasks();
    arrives(1, "a");
    for (int i = 0; i < 300; i++) {
      driven.driver().passes(Duration.ofMinutes(10).plusMillis(1));
    }
    assertThat(seen).hasSize(301).containsOnly("emp-1#1");

    free.add("a");
    driven.driver().passes(Duration.ofMinutes(11));
    assertThat(driven.driver().attempts()).endsWith("take emp-1 done taken");
    assertThat(driven.driver().dead()).isEmpty();
  }

  @Test
  void anEventThatComesBetweenTheLookAndTheParkingWakesToo() {
    takesReleasedTasks();
    looked = () -> free.add("a");
    driven.driver().arriveTogether(Kitchen.claimed(1, "a"), Kitchen.released(2, "a"));

    assertThat(driven.driver().attempts())
        .containsExactly("take emp-1 parked a is not free", "take emp-1 done taken");
  }

  @Test
  void anEventAboutAnotherKeyWakesNobody() {
    takesReleasedTasks();
    arrives(1, "a");
    releases(2, "b");

    assertThat(seen).containsExactly("emp-1#1");
  }

  @Test
  void whatWaitsForAnEventThatDoesNotWakeItIsDeadAndSaysWhy() {
    driven
        .consumer("take")
        .on(TaskClaimed.class)
        .handle(effect -> Outcome.parked(TaskReleased.class, "a", "not free"));
    driven.open(state);
    arrives(1, "a");

    assertThat(driven.driver().dead())
        .singleElement()
        .asString()
        .contains("register the consumer with wokenBy(TaskReleased.class), and redrive it");
  }

  @Test
  void aConsumerThatWaitsForWhatAnotherBringsDoesNotHoldThatUp() {
    driven
        .consumer("take")
        .on(TaskClaimed.class)
        .wokenBy(TaskReleased.class)
        .handle(
            effect ->
                driven.database().count("select count(*) from outbox_event") > 0
                    ? Outcome.done("taken")
                    : Outcome.parked(TaskReleased.class, effect.event().taskId(), "not free"));
    driven
        .consumer("free")
        .on(TaskClaimed.class)
        .handle(
            effect ->
                new Commit(
                    transaction -> {
                      transaction.append(
                          new TaskReleased(effect.event().taskId(), "nobody", NOON), NOON);
                      return Outcome.done("freed");
                    }));
    driven.open(state);
    arrives(1, "a");
    assertThat(driven.driver().attempts())
        .containsExactly("take emp-1 parked not free", "free emp-1 done freed");

    driven.driver().arrives(Kitchen.released(2, "a"));
    assertThat(driven.driver().attempts()).containsExactly("take emp-1 done taken");
    assertThat(driven.driver().pending()).isZero();
  }

  private void takesReleasedTasks() {
    driven
        .consumer("take")
        .on(TaskClaimed.class)
        .wokenBy(TaskReleased.class)
        .retry(Backoff.schedule("5s").jitter(0).forAtMost(Duration.ofHours(1)))
        .handle(
            effect -> {
              String task = effect.event().taskId();
              seen.add(effect.event().employeeId() + "#" + effect.attempt());
              Outcome outcome =
                  free.contains(task)
                      ? Outcome.done("taken")
                      : Outcome.parked(TaskReleased.class, task, task + " is not free");
              looked.run();
              return outcome;
            });
    driven.open(state);
  }

  private void releases(int number, String task) {
    free.add(task);
    driven.driver().arrives(Kitchen.released(number, task));
  }

  @Test
  void whatIsParkedDoesNotAge() {
    var answers =
        new ArrayDeque<Outcome>(
            List.of(
                Outcome.retry("busy"),
                Outcome.parked(TaskReleased.class, "a", "not free"),
                Outcome.retry("busy again")));
    driven
        .consumer("take")
        .on(TaskClaimed.class)
        .wokenBy(TaskReleased.class)
        .retry(Backoff.schedule("5s*9").jitter(0).forAtMost(Duration.ofHours(1)))
        .handle(effect -> answers.isEmpty() ? Outcome.done("taken") : answers.poll());
    driven.open(state);
    arrives(1, "a");
    driven.driver().passes(Duration.ofSeconds(6));
    driven.clock.advance(Duration.ofDays(2));
    releases(2, "a");
    driven.driver().passes(Duration.ofSeconds(6));

    assertThat(driven.driver().dead()).isEmpty();
    assertThat(driven.driver().attempts()).endsWith("take emp-1 done taken");
  }
}
