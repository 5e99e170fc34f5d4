package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A relay that dies at any point, with a slot confirmed at any point, sends each row once. */
class CursorLaws {

  @Test
  void eachRowOnceInOrderThroughAnyBreaks() {
    Seeds.forEach(300, CursorLaws::run);
  }

  private static void run(Seed seed) {
    var transactions = new ArrayList<List<WalEvent>>();
    var expected = new ArrayList<String>();
    for (int i = 1; i <= seed.between(1, 30); i++) {
      int rows = seed.between(1, 6);
      transactions.add(WalScript.transaction(i * 10L, rows));
      for (int row = 0; row < rows; row++) {
        expected.add(i * 10L + "." + row);
      }
    }
    var sent = new ArrayList<String>();
    Position.Streaming committed = WalScript.beginning();
    long confirmed = 0;
    while (sent.size() < expected.size()) {
      var cursor = new Cursor(WalScript.SLOT, committed, confirmed);
      List<WalEvent> stream = after(transactions, confirmed);
      int from = 0;
      while (from < stream.size() && !seed.oneIn(4)) {
        int to = Math.min(stream.size(), from + seed.between(1, 9));
        Cursor.Step step = cursor.advance(stream.subList(from, to));
        from = to;
        if (seed.oneIn(10)) {
          break; // killed before Kafka had it
        }
        sent.addAll(WalScript.ids(step));
        committed = step.after();
        if (seed.oneIn(2)) {
          confirmed = Math.max(confirmed, committed.confirmable());
        }
      }
    }
    assertThat(sent).isEqualTo(expected);
    assertThat(committed.nextSeq()).isEqualTo(expected.size() + 1);
  }

  /** As Postgres does: those whose commit is not before the point that was confirmed. */
  private static List<WalEvent> after(List<List<WalEvent>> transactions, long confirmed) {
    return transactions.stream()
        .filter(it -> ((WalEvent.Begin) it.getFirst()).commitLsn() >= confirmed)
        .flatMap(List::stream)
        .toList();
  }
}
