package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Effects are carried out no more often than their rate says. */
class RateIT {

  private static final Rate ONE_A_SECOND = Rate.perSecond(1).burst(1);

  @RegisterExtension private final DrivenApplication driven = new DrivenApplication();
  private final List<String> seen = new ArrayList<>();

  @TempDir private Path state;

  private void arrives(int number, String task) {
    driven.driver().arrives(Kitchen.claimed(number, task));
  }

  private Outcome called(Effect<TaskClaimed> effect) {
    seen.add(effect.consumer() + " " + effect.event().employeeId() + "#" + effect.attempt());
    return Outcome.done("called");
  }

  @Test
  void whoIsOverTheRateWaitsForItsTurnWithItsLaneAndLosesNoTry() {
    driven.consumer("call").on(TaskClaimed.class).rate(ONE_A_SECOND).handle(this::called);
    driven.open(state);
    arrives(1, "a");
    arrives(2, "b");
    arrives(3, "c");
    arrives(4, "b");
    assertThat(seen).containsExactly("call emp-1#1");

    driven.driver().passes(Duration.ofSeconds(1));
    assertThat(seen).containsExactly("call emp-1#1", "call emp-2#1");
    driven.driver().passes(Duration.ofSeconds(1));
    assertThat(seen).as("in the order in which they asked").endsWith("call emp-3#1").hasSize(3);
    driven.driver().passes(Duration.ofSeconds(1));
    assertThat(seen).endsWith("call emp-4#1");
    assertThat(driven.driver().attempts())
        .containsExactly(
            "call emp-1 done called",
            "call emp-2 held the rate of call is used up, and it waits for its turn",
            "call emp-3 held the rate of call is used up, and it waits for its turn",
            "call emp-2 done called",
            "call emp-4 held the rate of call is used up, and it waits for its turn",
            "call emp-3 done called",
            "call emp-4 done called");
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void consumersThatNameOneScopeShareItsRate() {
    for (String consumer : List.of("charge", "refund")) {
      driven
          .consumer(consumer)
          .on(TaskClaimed.class)
          .rate(ONE_A_SECOND, effect -> effect.event().taskId().substring(0, 1))
          .handle(this::called);
    }
    driven.open(state);
    arrives(1, "a-1");
    arrives(2, "b-1");
    assertThat(seen).containsExactly("charge emp-1#1", "charge emp-2#1");

    driven.driver().passes(Duration.ofSeconds(1));
    assertThat(seen.subList(2, 4)).containsExactlyInAnyOrder("refund emp-1#1", "refund emp-2#1");
  }

  @Test
  void whoIsSentNowhereUsesNothingUp() {
    driven
        .consumer("forward")
        .on(TaskClaimed.class)
        .destination(effect -> effect.event().taskId().substring(0, 2))
        .rate(Rate.perMinute(1).burst(6))
        .retry(Backoff.schedule("1h").jitter(0))
        .handle(
            effect ->
                effect.event().taskId().startsWith("m1") ? Outcome.retry("down") : called(effect));
    driven.open(state);
    for (int number = 1; number <= 9; number++) {
      arrives(number, "m1-" + number);
    }
    arrives(10, "m2-1");

    assertThat(seen).as("the sixth permit was left").containsExactly("forward emp-10#1");
  }

  @Test
  void whatTheDestinationAsksForIsHonouredAsWell() {
    driven
        .consumer("call")
        .on(TaskClaimed.class)
        .rate(ONE_A_SECOND)
        .handle(
            effect ->
                effect.attempt() == 1
                    ? Outcome.retryAfter(Duration.ofMinutes(2), "429")
                    : called(effect));
    driven.open(state);
    arrives(1, "a");
    driven.driver().passes(Duration.ofSeconds(119));
    assertThat(seen).isEmpty();

    driven.driver().passes(Duration.ofSeconds(2));
    assertThat(seen).containsExactly("call emp-1#2");
  }
}
