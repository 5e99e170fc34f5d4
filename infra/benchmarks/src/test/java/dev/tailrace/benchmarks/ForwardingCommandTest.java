package dev.tailrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class ForwardingCommandTest {

  private static final EffectLoad USUAL = new EffectLoad(Duration.ofMillis(100), 1_000, 0);

  @Test
  void measuresAThousandProjectsThatAreWellUnlessTold() {
    EffectPlan plan = parsed().plan();

    assertThat(plan.loads()).containsExactly(USUAL);
    assertThat(plan.rounds()).isEqualTo(3);
  }

  @Test
  void measuresTheLivingWithoutTheDeadAndThenWithThem() {
    assertThat(parsed("--dead", "100").plan().loads()).containsExactly(USUAL, USUAL.withDead(10));
    assertThat(USUAL.withDead(10).well(1_000)).isEqualTo(900);
  }

  @Test
  void whoCallsOneAfterAnotherIsNotMeasuredWithTheDead() throws Exception {
    List<ForwardingContestant> contestants = contestants();

    assertThat(contestants).extracting(ForwardingContestant::key).containsExactly("a", "b", "c");
    assertThat(contestants)
        .filteredOn(each -> each.takes(USUAL.withDead(10)))
        .extracting(ForwardingContestant::key)
        .containsExactly("a", "c");
    assertThat(contestants).allMatch(each -> each.takes(USUAL));
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertRefused("projects are 1 or more", "--projects", "0");
    assertRefused("dead are 0 or more", "--dead", "-1");
    assertRefused("300 of 1000 are not", "--dead", "300");
    assertRefused("at most half of the projects", "--dead", "1000");
  }

  private static void assertRefused(String message, String... arguments) {
    ForwardingCommand command = parsed(arguments);
    assertThatThrownBy(command::plan)
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining(message);
  }

  private static List<ForwardingContestant> contestants() throws IOException {
    try (var daemons = DaemonServer.open(1, Clock.systemUTC())) {
      return parsed().contestants(new ForwardingScene(daemons));
    }
  }

  private static ForwardingCommand parsed(String... arguments) {
    var command = new ForwardingCommand();
    new CommandLine(command).parseArgs(arguments);
    return command;
  }
}
