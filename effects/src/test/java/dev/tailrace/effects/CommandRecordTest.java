package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommandRecordTest {

  private static final Scope LANE = Scope.ofLane("ring", "task-1");
  private static final Scope ITEM =
      new Scope("poke", Optional.of("a/m1"), Optional.of(Kitchen.id(1)), Optional.of("m1"));

  private static final List<Command> COMMANDS =
      List.of(
          new Command.Pause(LANE, "ann", "the bell is repaired"),
          new Command.Resume(LANE, "ann", "it rings"),
          new Command.RetryNow(Scope.ofConsumer("ring"), "bob", ""),
          new Command.Cancel(ITEM, "bob", "the machine is gone"),
          new Command.Redrive(
              new DeadLetter(Kitchen.claimed(1, "a"), "poke", "m1", 2, 3, "gone"), "bob", "back"),
          new Command.Redrive(
              new DeadLetter(
                  Kitchen.claimed(3, "a"), "ring", "", 0, 1, "gone", Optional.of("replay-1")),
              "bob",
              "again"),
          new Command.Discard(
              new DeadLetter(Kitchen.claimed(2, "a"), "poke", "", 1, 3, "gone"), "bob", "no need"));

  @Test
  void eachIsReadAsItWasWritten() {
    assertThat(COMMANDS)
        .allSatisfy(
            command ->
                assertThat(CommandRecord.parse(CommandRecord.bytes(command))).isEqualTo(command));
  }

  @Test
  void theLogTellsNoPayload() {
    assertThat(COMMANDS)
        .extracting(CommandRecord::object)
        .containsExactly(
            "ring task-1",
            "ring task-1",
            "ring",
            "poke a/m1 " + Kitchen.id(1) + " m1",
            "poke " + Kitchen.id(1),
            "ring " + Kitchen.id(3),
            "poke " + Kitchen.id(2));
  }

  @Test
  void whatIsNoCommandIsRefusedWithThoseThereAre() {
    assertThatThrownBy(() -> parse("{\"command\":\"stop\",\"consumer\":\"ring\"}"))
        .hasMessage("'stop' is no command: pause, resume, retry, cancel, redrive or discard");
    assertThatThrownBy(() -> parse("{\"command\":\"pause\"}")).hasMessage("consumer is missing");
    assertThatThrownBy(() -> parse("pause")).hasMessage("a command is a JSON object");
  }

  @Test
  void oneEventCanNotBePaused() {
    assertThatThrownBy(() -> new Command.Pause(Scope.ofEvent("ring", Kitchen.id(1)), "ann", ""))
        .hasMessageContaining("leave out event and item");
  }

  private static Command parse(String text) {
    return CommandRecord.parse(text.getBytes(StandardCharsets.UTF_8));
  }
}
