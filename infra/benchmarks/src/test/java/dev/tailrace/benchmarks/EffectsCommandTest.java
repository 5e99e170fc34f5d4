package dev.tailrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class EffectsCommandTest {

  @Test
  void measuresAllOfTheMatrixUnlessTold() {
    EffectPlan plan = parsed().plan();

    assertThat(plan.loads()).hasSize(12).contains(load(100, 50_000).withDead());
    assertThat(plan.healthy()).hasSize(6);
    assertThat(plan.rounds()).isEqualTo(3);
    assertThat(parsed().contestants())
        .extracting(EffectContestant::key)
        .containsExactly("a", "b", "c");
  }

  @Test
  void measuresALoadBeforeTheSameWithDeadDestinations() {
    assertThat(parsed("--calls", "20", "--lanes", "1000,2000").plan().loads())
        .containsExactly(
            load(20, 1_000),
            load(20, 1_000).withDead(),
            load(20, 2_000),
            load(20, 2_000).withDead());
  }

  @Test
  void takesWhatItIsTold() {
    EffectsCommand command =
        parsed(
            "--only",
            "c,a",
            "--rounds",
            "1",
            "--calls",
            "0",
            "--lanes",
            "100",
            "--no-dead",
            "--effects",
            "5000",
            "--seconds",
            "0",
            "--rate",
            "250",
            "--concurrency",
            "7",
            "--jvm",
            "-Xmx2g",
            "--effects-env",
            "DB_POOL_SIZE=32");

    assertThat(command.plan())
        .isEqualTo(new EffectPlan(5_000, 1, List.of(load(0, 100)), Duration.ZERO, 250, 7));
    assertThat(command.contestants()).extracting(EffectContestant::key).containsExactly("a", "c");
    assertThat(command.contestants().getFirst().jvm()).containsExactly("-Xmx2g");
    assertThat(command.contestants().getFirst().settings()).containsEntry("DB_POOL_SIZE", "32");
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertRefused("nobody is called 'x'", "--only", "x");
    assertRefused("lanes are 100 or more", "--lanes", "99");
    assertRefused("no call takes less than 0 ms", "--calls", "-1");
    assertRefused("effects, rounds and concurrency are 1 or more", "--effects", "0");
  }

  @Test
  void whoMakesOneCallAfterAnotherGetsAsManyAsTakeSomeSeconds() {
    EffectPlan plan = parsed().plan();
    EffectContestant runtime = parsed().contestants().get(0);
    EffectContestant inline = parsed().contestants().get(1);

    assertThat(plan.backlog(runtime, load(100, 1_000))).isEqualTo(100_000);
    assertThat(plan.backlog(inline, load(0, 1_000))).isEqualTo(100_000);
    assertThat(plan.backlog(inline, load(20, 1_000))).isEqualTo(500);
    assertThat(plan.backlog(inline, load(100, 1_000))).isEqualTo(110);
    assertThat(plan.backlog(inline, load(20, 1_000).withDead())).isEqualTo(110);
  }

  private static void assertRefused(String message, String... arguments) {
    EffectsCommand command = parsed(arguments);
    assertThatThrownBy(
            () -> {
              command.plan();
              command.contestants();
            })
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining(message);
  }

  private static EffectsCommand parsed(String... arguments) {
    var command = new EffectsCommand();
    new CommandLine(command).parseArgs(arguments);
    return command;
  }

  private static EffectLoad load(int millis, int lanes) {
    return new EffectLoad(Duration.ofMillis(millis), lanes, false);
  }
}
