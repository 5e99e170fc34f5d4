package dev.tailrace.contracts.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.contracts.machine.MachineState.Active;
import dev.tailrace.contracts.machine.MachineState.Archived;
import dev.tailrace.contracts.machine.MachineState.Archiving;
import dev.tailrace.contracts.machine.MachineState.Failed;
import dev.tailrace.contracts.machine.MachineState.Starting;
import java.util.List;
import org.junit.jupiter.api.Test;

class MachineStateTest {

  private static final List<MachineState> ALL =
      List.of(new Starting(), new Active(), new Archiving(), new Archived(), new Failed("no room"));

  @Test
  void eachIsReadAsItIsWritten() {
    for (MachineState state : ALL) {
      String failure = state instanceof Failed(String reason) ? reason : "";
      assertThat(MachineState.of(state.word(), failure)).isEqualTo(state);
    }
  }

  @Test
  void aWordThatNoneHasIsRefusedAndNamed() {
    assertThatThrownBy(() -> MachineState.of("replaced", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("replaced");
  }

  @Test
  void aMachineThatServedIsPutAway() {
    assertThat(new Starting().promoted().putAway().archived()).isEqualTo(new Archived());
  }

  @Test
  void oneThatFailedKeepsTheReasonAndCanBePutAway() {
    assertThat(new Starting().failed("no room")).isEqualTo(new Failed("no room"));
    assertThat(new Archiving().failed("it is broken").putAway()).isEqualTo(new Archiving());
  }
}
