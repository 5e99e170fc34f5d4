package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.KitchenEvent.TaskProgress;
import dev.tailrace.contracts.event.KitchenEvent.TaskReleased;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Effects that are aimed at something which may be another the next time. */
class AimedIT {

  @RegisterExtension private final DrivenApplication driven = new DrivenApplication();
  private final List<String> seen = new ArrayList<>();
  private final List<String> aims = new ArrayList<>();
  private Optional<String> machine = Optional.of("m1");

  @TempDir private Path state;

  /** Goes to the machine of now, of which m1 does not answer. */
  private void forwards() {
    driven
        .consumer("forward")
        .on(TaskClaimed.class)
        .retry(Backoff.schedule("1h*9").jitter(0))
        .wokenBy(TaskReleased.class)
        .destinationEndedBy(TaskProgress.class, told -> told.event().employeeId())
        .aimedAt(
            effect -> {
              aims.add(effect.event().taskId() + "#" + effect.attempt());
              return machine;
            },
            aimed -> aimed)
        .handle(
            (effect, aimed) -> {
              String task = effect.event().taskId();
              if (aimed.isEmpty()) {
                return Outcome.parked(TaskReleased.class, "machine", "no machine");
              }
              seen.add(task + " to " + aimed.get());
              return aimed.get().equals("m1")
                  ? Outcome.retry("refused").orWhen(TaskReleased.class, "machine")
                  : Outcome.done("forwarded");
            });
    driven.open(state);
  }

  private void arrives(int number, String task) {
    driven.driver().arrives(Kitchen.claimed(number, task));
  }

  /** Another machine has come. */
  private void comes(int number) {
    driven.driver().arrives(Kitchen.released(number, "machine"));
  }

  @Test
  void isAimedOnceForEachTryAndTheHandlerGetsWhatWasFound() {
    machine = Optional.of("m2");
    forwards();
    arrives(1, "a");

    assertThat(aims).containsExactly("a#1");
    assertThat(seen).containsExactly("a to m2");
    assertThat(driven.driver().attempts()).containsExactly("forward emp-1 done forwarded");
  }

  @Test
  void atNothingThereIsNothingToBeLeftAlone() {
    machine = Optional.empty();
    forwards();
    for (int i = 1; i <= 8; i++) {
      arrives(i, "task-" + i);
    }
    machine = Optional.of("m2");
    comes(9);

    assertThat(seen).hasSize(8);
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void whatHasFailedIsTriedAgainAsSoonAsItsEventComesAndIsAFailureAllTheSame() {
    forwards();
    arrives(1, "a");
    driven.driver().passes(Duration.ofMinutes(5));
    assertThat(seen).containsExactly("a to m1");

    machine = Optional.of("m2");
    comes(2);
    assertThat(seen).containsExactly("a to m1", "a to m2");
    assertThat(aims).endsWith("a#2");
  }

  @Test
  void whoseEventNeverComesIsTriedAgainWhenItsTimeHasCome() {
    forwards();
    arrives(1, "a");
    machine = Optional.of("m2");
    driven.driver().passes(Duration.ofMinutes(61));

    assertThat(seen).containsExactly("a to m1", "a to m2");
  }

  @Test
  void whatADestinationHeldBackGoesElsewhereWhenThatIsNoMore() {
    machine = Optional.of("m1");
    forwards();
    for (int i = 1; i <= 5; i++) {
      arrives(i, "failed-" + i);
    }
    arrives(6, "held");
    assertThat(driven.driver().attempts())
        .contains("forward emp-6 held m1 does not answer, and is left alone for a while");

    machine = Optional.of("m2");
    driven.driver().arrives(gone(7, "m1"));
    assertThat(seen).endsWith("held to m2");
    assertThat(driven.driver().pending()).as("those that failed wait for their hour").isEqualTo(5);
  }

  /** An event that nothing but the end of a machine follows from. */
  private static Envelope gone(int number, String machine) {
    return Kitchen.withPayload(
        Kitchen.ofType(Kitchen.claimed(number, "other"), "kitchen.task.progress"),
        Json.write(new TaskProgress("other", machine, 0, DrivenApplication.NOON)));
  }

  @Test
  void aRetryThatWaitsForWhatDoesNotWakeItIsDeadAndSaysWhy() {
    driven
        .consumer("forward")
        .on(TaskClaimed.class)
        .handle(effect -> Outcome.retry("refused").orWhen(TaskReleased.class, "machine"));
    driven.open(state);
    arrives(1, "a");

    assertThat(driven.driver().dead())
        .singleElement()
        .asString()
        .contains("register the consumer with wokenBy(TaskReleased.class), and redrive it");
  }
}
