package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CursorTest {

  private static final Position.Streaming NEW = WalScript.beginning();

  @Test
  void countsWhatItSends() {
    var step = new Cursor(WalScript.SLOT, NEW, 0).advance(WalScript.transaction(10, 3));
    assertThat(WalScript.ids(step)).containsExactly("10.0", "10.1", "10.2");
    assertThat(step.after().nextSeq()).isEqualTo(4);
    assertThat(step.after().last().orElseThrow().rows()).isEqualTo(3);
    assertThat(step.after().confirmable()).isEqualTo(11);
  }

  @Test
  void confirmsNothingOfATransactionThatIsUnderWay() {
    var step =
        new Cursor(WalScript.SLOT, NEW, 0).advance(WalScript.transaction(10, 3).subList(0, 3));
    assertThat(step.after().last().orElseThrow().rows()).isEqualTo(2);
    assertThat(step.after().confirmable()).isEqualTo(NEW.confirmable());
  }

  @Test
  void skipsWhatIsInKafkaAlsoInTheMiddleOfATransaction() {
    var events = new ArrayList<>(WalScript.transaction(10, 2));
    events.addAll(WalScript.transaction(20, 4));
    events.addAll(WalScript.transaction(30, 1));
    var before = new Cursor(WalScript.SLOT, NEW, 0).advance(events.subList(0, 7)).after();
    assertThat(before.last().orElseThrow().rows()).isEqualTo(2);

    var step = new Cursor(WalScript.SLOT, before, 0).advance(events);
    assertThat(WalScript.ids(step)).containsExactly("20.2", "20.3", "30.0");
    assertThat(step.after().nextSeq()).isEqualTo(before.nextSeq() + 3);
  }

  @Test
  void sendsAtOnceWhenTheSlotWasConfirmedBehindTheLastTransaction() {
    var before = new Cursor(WalScript.SLOT, NEW, 0).advance(WalScript.transaction(10, 2)).after();
    var step = new Cursor(WalScript.SLOT, before, 11).advance(WalScript.transaction(20, 1));
    assertThat(WalScript.ids(step)).containsExactly("20.0");
  }

  @Test
  void movesOnWithAHeartbeat() {
    var step = new Cursor(WalScript.SLOT, NEW, 0).advance(List.of(new WalEvent.Passed(99)));
    assertThat(step.items()).isEmpty();
    assertThat(step.after().confirmable()).isEqualTo(99);
    assertThat(step.after().last()).isEqualTo(Optional.empty());
  }

  @Test
  void neverSkipsRowsOfAnotherHistory() {
    var before = new Cursor(WalScript.SLOT, NEW, 0).advance(WalScript.transaction(10, 2)).after();
    var other = new ArrayList<>(WalScript.transaction(5, 1));
    other.addAll(WalScript.transaction(12, 1));
    assertThatThrownBy(() -> new Cursor(WalScript.SLOT, before, 0).advance(other))
        .isInstanceOf(Cursor.OtherHistoryException.class)
        .hasMessageContaining("transaction 12")
        .hasMessageContaining("transaction 10");
  }

  @Test
  void neverSkipsATransactionThatHasTheSamePlaceOnly() {
    var before = new Cursor(WalScript.SLOT, NEW, 0).advance(WalScript.transaction(10, 2)).after();
    var begin = new WalEvent.Begin(10, 4711, WalScript.NOON);
    assertThatThrownBy(() -> new Cursor(WalScript.SLOT, before, 0).advance(List.of(begin)))
        .isInstanceOf(Cursor.OtherHistoryException.class);
  }

  @Test
  void neverPassesAPointWithoutTheTransactionThatMustComeBeforeIt() {
    var before = new Cursor(WalScript.SLOT, NEW, 0).advance(WalScript.transaction(10, 2)).after();
    var other = new ArrayList<>(WalScript.transaction(5, 1));
    other.add(new WalEvent.Passed(8));
    var cursor = new Cursor(WalScript.SLOT, before, 0);
    assertThat(cursor.advance(other).after()).isEqualTo(before);
    assertThatThrownBy(() -> cursor.advance(List.of(new WalEvent.Passed(99))))
        .isInstanceOf(Cursor.OtherHistoryException.class)
        .hasMessageContaining("transaction 10");
  }

  @Test
  void neverTakesATransactionForAnotherWithFewerRows() {
    var before = new Cursor(WalScript.SLOT, NEW, 0).advance(WalScript.transaction(10, 3)).after();
    assertThatThrownBy(
            () -> new Cursor(WalScript.SLOT, before, 0).advance(WalScript.transaction(10, 2)))
        .isInstanceOf(Cursor.OtherHistoryException.class)
        .hasMessageContaining("has 2 rows, of which 3 are in Kafka");
  }

  @Test
  void endsWithACutOverOfItsShardsAndCountsThoseOfOthers() {
    var events = new ArrayList<>(WalScript.transaction(10, 1));
    events.addAll(WalScript.cutOver(20, new CutOver(1, "another", 1, 2)));
    events.addAll(WalScript.cutOver(30, new CutOver(2, "s", 1, 2)));
    events.addAll(WalScript.transaction(40, 1));
    var step = new Cursor(WalScript.SLOT, NEW, 0).advance(events);
    assertThat(WalScript.ids(step)).containsExactly("10.0");
    assertThat(step.end()).contains(new CutOver(2, "s", 1, 2));

    var drained = step.after().drained(step.end().orElseThrow());
    var from = (Position.Streaming) CutOver.begin(List.of(drained));
    var behind = new Cursor(new RelayConfig.Slot("s", "p", new Shard(0, 2)), from, 0);
    assertThat(WalScript.ids(behind.advance(events))).containsExactly("40.0");
  }

  @Test
  void takesRowsInWhateverPiecesTheyCome() {
    var events = WalScript.transaction(10, 5);
    var cursor = new Cursor(WalScript.SLOT, NEW, 0);
    var ids = new ArrayList<String>();
    IntStream.range(0, events.size())
        .forEach(i -> ids.addAll(WalScript.ids(cursor.advance(events.subList(i, i + 1)))));
    assertThat(ids).containsExactly("10.0", "10.1", "10.2", "10.3", "10.4");
  }
}
