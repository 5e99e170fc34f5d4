package dev.tailrace.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Follows what the slot sends, and tells what of it is not in Kafka yet.
 *
 * <p>After a break the slot sends transactions again that are in Kafka: those up to the last one of
 * the position are skipped, and of that one as many rows as are there. Pure: it neither reads nor
 * sends.
 */
final class Cursor {

  /** What is to be sent. */
  sealed interface Item {

    /** A row as the slot sent it. */
    record Row(OutboxRow row) implements Item {}

    /** A row that is to be looked up. */
    record Again(WalEvent.ResendAsked asked, WalEvent.Begin transaction) implements Item {}
  }

  /**
   * What is to be sent, and the position with it.
   *
   * @param after of the position, when this is in Kafka; its seq counts every item
   * @param end the shard ends with it, and nothing that came behind it is told
   */
  record Step(List<Item> items, Position.Streaming after, Optional<CutOver> end) {}

  /** The slot does not send what the position says. */
  static final class OtherHistoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OtherHistoryException(String message) {
      super(message);
    }
  }

  private final RelayConfig.Slot slot;
  private final long slotLsn;
  private Position.Streaming position;
  private Optional<LastTransaction> toMeet;
  private Optional<WalEvent.Begin> current = Optional.empty();
  private Optional<CutOver> end = Optional.empty();
  private long rowsSeen;
  private long rowsToSkip;

  /**
   * @param from what is in Kafka
   * @param slotLsn from where the slot sends: the transactions that end after it
   */
  Cursor(RelayConfig.Slot slot, Position.Streaming from, long slotLsn) {
    this.slot = slot;
    this.position = from;
    this.slotLsn = slotLsn;
    this.toMeet = from.last();
  }

  /**
   * Takes what came next.
   *
   * @throws OtherHistoryException when the last transaction of the position does not come where it
   *     must
   */
  Step advance(List<WalEvent> events) {
    var items = new ArrayList<Item>(events.size());
    if (end.isPresent() && current.isEmpty()) {
      throw new IllegalStateException("the shard has ended");
    }
    for (WalEvent event : events) {
      switch (event) {
        case WalEvent.Begin begin -> begin(begin);
        case WalEvent.Inserted inserted -> next(new Item.Row(inserted.row()), items);
        case WalEvent.ResendAsked asked ->
            next(new Item.Again(asked, current.orElseThrow()), items);
        case WalEvent.CutOverAsked asked -> cutOver(asked.cutOver());
        case WalEvent.End transaction -> end(transaction);
        case WalEvent.Passed passed -> pass(passed.lsn());
      }
      if (end.isPresent() && event instanceof WalEvent.End) {
        break;
      }
    }
    if (!items.isEmpty()) {
      current.ifPresent(begin -> remember(begin, position.confirmable()));
    }
    position = at(position.nextSeq() + items.size(), position.confirmable(), position.last());
    return new Step(items, position, current.isEmpty() ? end : Optional.empty());
  }

  private void next(Item item, List<Item> items) {
    rowsSeen++;
    if (rowsSeen > rowsToSkip) {
      items.add(item);
    }
  }

  /** Counts like a row, so that whoever begins behind it finds it. */
  private void cutOver(CutOver cutOver) {
    rowsSeen++;
    if (rowsSeen > rowsToSkip && cutOver.ends(slot)) {
      end = Optional.of(cutOver);
    }
  }

  private void begin(WalEvent.Begin begin) {
    current = Optional.of(begin);
    rowsSeen = 0;
    rowsToSkip = toMeet.map(last -> rowsToSkip(last, begin)).orElse(0L);
  }

  private long rowsToSkip(LastTransaction last, WalEvent.Begin begin) {
    if (begin.commitLsn() < last.commitLsn()) {
      return Long.MAX_VALUE;
    }
    toMeet = Optional.empty();
    if (last.is(begin)) {
      return last.rows();
    }
    if (!mustCome(last)) {
      return 0;
    }
    throw new OtherHistoryException(
        "the slot sends transaction %d, committed at %s, where transaction %d, committed at %s, must come"
            .formatted(begin.xid(), begin.committedAt(), last.xid(), last.committedAt()));
  }

  /** Else the slot was confirmed beyond it, and does not send it again. */
  private boolean mustCome(LastTransaction last) {
    return slotLsn <= last.commitLsn();
  }

  private void end(WalEvent.End end) {
    WalEvent.Begin begin = current.orElseThrow();
    if (rowsToSkip == Long.MAX_VALUE) {
      current = Optional.empty();
      return;
    }
    if (rowsSeen < rowsToSkip) {
      throw new OtherHistoryException(
          "transaction %d has %d rows, of which %d are in Kafka"
              .formatted(begin.xid(), rowsSeen, rowsToSkip));
    }
    remember(begin, Math.max(position.confirmable(), end.lsn()));
    current = Optional.empty();
  }

  private void remember(WalEvent.Begin begin, long confirmable) {
    if (rowsToSkip == Long.MAX_VALUE || rowsSeen < rowsToSkip) {
      return;
    }
    position =
        at(
            position.nextSeq(),
            confirmable,
            Optional.of(
                new LastTransaction(
                    begin.commitLsn(), begin.xid(), begin.committedAt(), rowsSeen)));
  }

  /**
   * A point says that all that was committed before it has come; while a transaction must come
   * first, no more.
   */
  private void pass(long lsn) {
    if (toMeet.filter(this::mustCome).isPresent()) {
      LastTransaction last = toMeet.get();
      if (lsn > last.commitLsn()) {
        throw new OtherHistoryException(
            "the slot is beyond where transaction %d, committed at %s, must come, and has not sent it"
                .formatted(last.xid(), last.committedAt()));
      }
      return;
    }
    position = at(position.nextSeq(), Math.max(position.confirmable(), lsn), position.last());
  }

  private Position.Streaming at(long nextSeq, long confirmable, Optional<LastTransaction> last) {
    return new Position.Streaming(nextSeq, position.server(), confirmable, last, position.since());
  }
}
