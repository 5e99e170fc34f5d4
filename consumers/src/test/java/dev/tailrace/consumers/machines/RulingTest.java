package dev.tailrace.consumers.machines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.machine.MachineState;
import dev.tailrace.contracts.machine.MachineState.Active;
import dev.tailrace.contracts.machine.MachineState.Archived;
import dev.tailrace.contracts.machine.MachineState.Archiving;
import dev.tailrace.contracts.machine.MachineState.Failed;
import dev.tailrace.contracts.machine.MachineState.Starting;
import java.util.List;
import org.junit.jupiter.api.Test;

class RulingTest {

  private static final MachineState FAILED = new Failed("no room");

  @Test
  void whatServesOrWillServeStaysWhenItIsSaidToBeReplaced() {
    for (MachineState state : List.of(new Starting(), new Active())) {
      assertThat(Ruling.on(state, true)).as(state.word()).isInstanceOf(Ruling.Stays.class);
    }
  }

  @Test
  void whatIsAskedForLeavesBeforeItIsPutAway() {
    for (MachineState state : List.of(new Starting(), new Active())) {
      assertThat(Ruling.on(state, false))
          .as(state.word())
          .isEqualTo(new Ruling.Leaves(new Archiving()));
    }
  }

  @Test
  void whatFailedIsPutAwayForWhateverReasonAndStaysFailedUntilThen() {
    assertThat(Ruling.on(FAILED, true)).isEqualTo(new Ruling.Going());
    assertThat(Ruling.on(FAILED, false)).isEqualTo(new Ruling.Going());
  }

  @Test
  void whatIsOnItsWayOrGoneIsSoForWhateverReason() {
    for (boolean replaced : List.of(true, false)) {
      assertThat(Ruling.on(new Archiving(), replaced)).isEqualTo(new Ruling.Going());
      assertThat(Ruling.on(new Archived(), replaced)).isEqualTo(new Ruling.Gone());
    }
  }
}
