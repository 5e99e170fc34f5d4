package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class StartTest {

  private static final Server SERVER = new Server("1", 1);
  private static final Position.Streaming STREAMING =
      new Position.Streaming(100, SERVER, Optional.of(new WalPlace(255, 42)));
  private static final SlotState MISSING = new SlotState.Missing();
  private static final SlotState FREE = new SlotState.Free();

  @Test
  void resumesWhenPositionAndSlotAreThere() {
    assertThat(decide(Optional.of(STREAMING), FREE, SERVER)).isEqualTo(new Start.Resume(STREAMING));
  }

  @Test
  void beginsWithTheTableWhenThereIsNeither() {
    assertThat(decide(Optional.empty(), MISSING, SERVER))
        .isEqualTo(new Start.FromTheTable(new Position.Backfilling(1, SERVER), false));
  }

  @Test
  void startsAnIncompleteTableOverWithTheSeqItHadComeTo() {
    var begun = Optional.<Position>of(new Position.Backfilling(42, new Server("old", 1)));
    var from = new Position.Backfilling(42, SERVER);
    assertThat(decide(begun, FREE, SERVER)).isEqualTo(new Start.FromTheTable(from, true));
    assertThat(decide(begun, MISSING, SERVER)).isEqualTo(new Start.FromTheTable(from, false));
  }

  @Test
  void standsByWhileAnotherReadsAndLeavesItAlone() throws InterruptedException {
    assertThat(Start.decide(new SlotState.Taken(17), SERVER, StartTest::untouched))
        .isInstanceOf(Start.StandBy.class);
  }

  @Test
  void neverTouchesTheSlotOfAnotherDatabase() throws InterruptedException {
    assertThat(Start.decide(new SlotState.Foreign("database two"), SERVER, StartTest::untouched))
        .isEqualTo(new Start.Impossible("it belongs to database two: choose another RELAY_SLOT"));
  }

  @Test
  void neverGoesOnWithoutTheSlotThatHeldTheRows() {
    assertThat(reason(Optional.of(STREAMING), MISSING, SERVER))
        .contains("the slot is gone", "seq 99", "transaction 42");
    assertThat(reason(Optional.of(STREAMING), new SlotState.Unusable("wal_removed"), SERVER))
        .contains("unusable", "wal_removed", "seq 99");
  }

  @Test
  void neverGoesOnOnAnotherServerOrTimeline() {
    assertThat(reason(Optional.of(STREAMING), FREE, new Server("2", 1)))
        .contains("another database");
    assertThat(reason(Optional.of(STREAMING), FREE, new Server("1", 2))).contains("promotion");
  }

  @Test
  void neverTrustsASlotThatKafkaDoesNotKnow() {
    assertThat(reason(Optional.empty(), FREE, SERVER)).contains("Drop the slot");
  }

  private static Optional<Position> untouched() {
    throw new AssertionError("nobody is to be fenced");
  }

  private static Start decide(Optional<Position> last, SlotState slot, Server server) {
    try {
      return Start.decide(slot, server, () -> last);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String reason(Optional<Position> last, SlotState slot, Server server) {
    return assertThat(decide(last, slot, server))
        .asInstanceOf(InstanceOfAssertFactories.type(Start.Impossible.class))
        .actual()
        .reason();
  }
}
