package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class StartTest {

  private static final Server SERVER = new Server("1", 1);
  private static final Server OTHER = new Server("2", 1);
  private static final Instant LAST_COMMIT = Instant.parse("2026-11-20T12:00:00Z");
  private static final Position.Streaming STREAMING =
      new Position.Streaming(
          100,
          SERVER,
          300,
          Optional.of(new LastTransaction(255, 42, LAST_COMMIT, 1)),
          Optional.empty());
  private static final SlotState MISSING = new SlotState.Missing();
  private static final SlotState FREE = new SlotState.Free(300);
  private static final Database SAME = new Database(SERVER, true, false);

  private record Database(Server server, boolean hasIt, boolean isAdopted) implements Start.Source {
    @Override
    public boolean has(Position.Streaming position) {
      return hasIt;
    }
  }

  @Test
  void resumesWhenPositionAndSlotAreThere() {
    assertThat(decide(Optional.of(STREAMING), FREE, SAME))
        .isEqualTo(new Start.Resume(STREAMING, 300));
    assertThat(decide(Optional.of(STREAMING), new SlotState.Free(17), SAME))
        .as("a slot that was confirmed less far sends again what is skipped")
        .isEqualTo(new Start.Resume(STREAMING, 17));
  }

  @Test
  void resumesOnAServerThatWasPromotedAndHasAll() {
    var promoted = new Server("1", 2);
    assertThat(decide(Optional.of(STREAMING), FREE, new Database(promoted, true, false)))
        .isEqualTo(new Start.Resume(STREAMING.on(promoted), 300));
  }

  @Test
  void beginsWithTheTableWhenThereIsNeither() {
    assertThat(from(decide(Optional.empty(), MISSING, SAME)))
        .isEqualTo(new Position.Backfilling(1, SERVER, Optional.empty()));
  }

  @Test
  void startsAnIncompleteTableOverWithTheSeqItHadComeTo() {
    var begun = new Position.Backfilling(42, SERVER, Optional.of(LAST_COMMIT));
    for (SlotState slot : List.of(FREE, MISSING)) {
      Start start = decide(Optional.of(begun), slot, SAME);
      assertThat(from(start)).isEqualTo(begun);
      assertThat(((Start.FromTheTable) start).oldSlot()).isEqualTo(slot.equals(FREE));
    }
  }

  @Test
  void standsByWhileAnotherReadsAndLeavesItAlone() throws Exception {
    assertThat(Start.decide(new SlotState.Taken(17), SAME, StartTest::untouched))
        .isInstanceOf(Start.StandBy.class);
  }

  @Test
  void neverTouchesTheSlotOfAnotherDatabase() throws Exception {
    assertThat(Start.decide(new SlotState.Foreign("database two"), SAME, StartTest::untouched))
        .isEqualTo(new Start.Impossible("it belongs to database two: choose another RELAY_SLOT"));
  }

  @Test
  void sendsFromTheTableWhatALostSlotHeld() {
    var expected = new Position.Backfilling(100, SERVER, Optional.of(LAST_COMMIT));
    for (SlotState slot :
        List.of(MISSING, new SlotState.Unusable("wal_removed"), new SlotState.Free(301))) {
      assertThat(from(decide(Optional.of(STREAMING), slot, SAME))).isEqualTo(expected);
    }
  }

  @Test
  void neverGoesOnOnAnotherServerUnlessAPersonSaysSo() {
    for (Position position :
        List.of(STREAMING, new Position.Backfilling(100, SERVER, Optional.of(LAST_COMMIT)))) {
      assertThat(reason(Optional.of(position), FREE, new Database(OTHER, false, false)))
          .contains("another database", "seq 99", "./tailrace ops relay adopt");
      assertThat(from(decide(Optional.of(position), FREE, new Database(OTHER, false, true))))
          .isEqualTo(new Position.Backfilling(100, OTHER, Optional.of(LAST_COMMIT)));
    }
  }

  @Test
  void takesAPersonsWordAlsoWhereEverythingSeemsToFit() {
    assertThat(from(decide(Optional.of(STREAMING), FREE, new Database(SERVER, true, true))))
        .isEqualTo(new Position.Backfilling(100, SERVER, Optional.of(LAST_COMMIT)));
  }

  @Test
  void neverTrustsASlotThatKafkaDoesNotKnowUnlessAPersonSaysSo() {
    assertThat(reason(Optional.empty(), FREE, SAME)).contains("./tailrace ops relay adopt");
    assertThat(from(decide(Optional.empty(), FREE, new Database(SERVER, true, true))))
        .isEqualTo(new Position.Backfilling(1, SERVER, Optional.empty()));
  }

  private static Optional<Position> untouched() {
    throw new AssertionError("nobody is to be fenced");
  }

  private static Start decide(Optional<Position> last, SlotState slot, Database database) {
    try {
      return Start.decide(slot, database, () -> last);
    } catch (SQLException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Position.Backfilling from(Start start) {
    return assertThat(start)
        .asInstanceOf(InstanceOfAssertFactories.type(Start.FromTheTable.class))
        .actual()
        .from();
  }

  private static String reason(Optional<Position> last, SlotState slot, Database database) {
    return assertThat(decide(last, slot, database))
        .asInstanceOf(InstanceOfAssertFactories.type(Start.Impossible.class))
        .actual()
        .reason();
  }
}
