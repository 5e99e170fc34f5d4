package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  private record Database(
      Server server,
      boolean hasIt,
      boolean isAdopted,
      Optional<CutOver> cutOver,
      Optional<CutOver> ending)
      implements Start.Source {

    Database(Server server, boolean hasIt, boolean isAdopted) {
      this(server, hasIt, isAdopted, Optional.empty(), Optional.empty());
    }

    static Database after(CutOver cutOver) {
      return new Database(SERVER, true, false, Optional.of(cutOver), Optional.empty());
    }

    static Database ending(CutOver cutOver) {
      return new Database(SERVER, true, false, Optional.empty(), Optional.of(cutOver));
    }

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
    assertThat(Start.decide(new SlotState.Taken(17), SAME, new Untouched()))
        .isInstanceOf(Start.StandBy.class);
  }

  @Test
  void neverTouchesTheSlotOfAnotherDatabase() throws Exception {
    assertThat(Start.decide(new SlotState.Foreign("database two"), SAME, new Untouched()))
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

  private record Left(Optional<Position> own, Map<String, Position> others)
      implements Start.Predecessor {

    @Override
    public Optional<Position> takeOver() {
      return own;
    }

    @Override
    public List<Position> left(List<String> slots) {
      return slots.stream().map(others::get).filter(Objects::nonNull).toList();
    }
  }

  private static final class Untouched implements Start.Predecessor {

    @Override
    public Optional<Position> takeOver() {
      throw new AssertionError("nobody is to be fenced");
    }

    @Override
    public List<Position> left(List<String> slots) {
      throw new AssertionError("nobody is to be asked");
    }
  }

  @Test
  void beginsBehindACutOverWhenAllShardsBeforeItHaveEnded() throws Exception {
    var cutOver = new CutOver(7, "s", 2, 3);
    var at = new LastTransaction(500, 99, LAST_COMMIT.plusSeconds(1), 1);
    var end = new Position.End.Seen(501, at);
    var first = new Position.Drained(120, SERVER, cutOver, end);
    var second = new Position.Drained(80, SERVER, cutOver, end);
    var database = Database.after(cutOver);
    var one = new Left(Optional.empty(), Map.of("s_0_of_2", first));
    assertThat(Start.decide(FREE, database, one)).isInstanceOf(Start.StandBy.class);

    var both = new Left(Optional.empty(), Map.of("s_0_of_2", first, "s_1_of_2", second));
    assertThat(Start.decide(FREE, database, both))
        .isEqualTo(
            new Start.Resume(
                new Position.Streaming(
                    120, SERVER, 501, Optional.of(at), Optional.of(at.committedAt())),
                300));

    var earlier = new CutOver(6, "s", 2, 3);
    var stale = new Position.Drained(80, SERVER, earlier, end);
    var mixed = new Left(Optional.empty(), Map.of("s_0_of_2", first, "s_1_of_2", stale));
    assertThat(Start.decide(FREE, database, mixed)).isInstanceOf(Start.StandBy.class);
  }

  @Test
  void staysEndedUntilACutOverLeadsBackToIt() throws Exception {
    var away = new CutOver(7, "s", 1, 2);
    var back = new CutOver(8, "s", 2, 1);
    var at = new LastTransaction(500, 99, LAST_COMMIT, 1);
    var end = new Position.End.Seen(501, at);
    Position own = new Position.Drained(100, SERVER, away, end);
    Position other = new Position.Drained(200, SERVER, back, end);
    var others = Map.of("s_0_of_2", other, "s_1_of_2", other);
    assertThat(Start.decide(MISSING, SAME, new Left(Optional.of(own), others)))
        .isInstanceOf(Start.Ended.class);
    var database = Database.after(back);
    assertThat(Start.decide(FREE, database, new Left(Optional.of(own), others)))
        .isInstanceOf(Start.Resume.class);
  }

  @Test
  void aShardWhoseSlotIsLostBehindACutOverLeavesTheRestToThoseAfterIt() throws Exception {
    var cutOver = new CutOver(7, "s", 2, 3);
    var lost =
        new Position.Drained(
            100, SERVER, cutOver, new Position.End.Unseen(Optional.of(LAST_COMMIT)));
    assertThat(decide(Optional.of(STREAMING), MISSING, Database.ending(cutOver)))
        .isEqualTo(new Start.End(lost, "the slot is gone"));
    assertThat(decide(Optional.of(STREAMING), FREE, Database.ending(cutOver)))
        .as("while it has its slot it comes to the cut-over itself")
        .isInstanceOf(Start.Resume.class);

    var at = new LastTransaction(500, 99, LAST_COMMIT.plusSeconds(1), 1);
    var seen = new Position.Drained(120, SERVER, cutOver, new Position.End.Seen(501, at));
    var both = new Left(Optional.empty(), Map.of("s_0_of_2", seen, "s_1_of_2", lost));
    assertThat(from(Start.decide(FREE, Database.after(cutOver), both)))
        .isEqualTo(new Position.Backfilling(120, SERVER, Optional.of(LAST_COMMIT)));
  }

  private static Start decide(Optional<Position> last, SlotState slot, Database database) {
    try {
      return Start.decide(slot, database, new Left(last, Map.of()));
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
