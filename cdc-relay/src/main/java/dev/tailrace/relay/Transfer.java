package dev.tailrace.relay;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what is read from the slot to Kafka, and tells the slot what is there.
 *
 * <p>Each round takes all that was read while the one before was committed. The slot is confirmed
 * no further than a position in Kafka says; an idle one is moved on by a position now and then.
 */
final class Transfer {

  private static final Logger log = LoggerFactory.getLogger(Transfer.class);
  private static final Duration PATIENCE = Duration.ofMillis(500);

  /** So often the slot of an idle outbox is moved on, and Kafka found to be there. */
  private static final Duration IDLE = Duration.ofSeconds(5);

  /**
   * Of a Kafka transaction: more would be kept from its readers for long, and is redone after a
   * crash.
   */
  private static final long MOST_BYTES = 16 << 20;

  /** Also an idle slot tells something each second. */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private final SlotReading reading;
  private final KafkaPublisher publisher;
  private final Mapping mapping;
  private final OutboxTable outbox;
  private final Cursor cursor;
  private final Gathering gathering = new Gathering();
  private long added;
  private long addedSince;
  private Position.Streaming written;
  private long writtenAt = System.nanoTime();
  private long heardAt = System.nanoTime();

  Transfer(
      RelayConfig.Slot slot,
      SlotReading reading,
      KafkaPublisher publisher,
      Mapping mapping,
      OutboxTable outbox,
      Start.Resume start) {
    this.reading = reading;
    this.publisher = publisher;
    this.mapping = mapping;
    this.outbox = outbox;
    this.cursor = new Cursor(slot, start.from(), start.slotLsn());
    this.written = start.from();
  }

  /**
   * Runs until it is stopped, or the shard has ended.
   *
   * @throws Exception what has ended the reading, or keeps from sending
   */
  void run(StopSignal stop) throws Exception {
    while (!stop.isRaised()) {
      List<WalEvent> events = reading.intake().take(patience());
      heard(events);
      Cursor.Step step = cursor.advance(events);
      if (!step.items().isEmpty()) {
        add(step);
      }
      if (step.end().isPresent()) {
        publisher.commit(step.after().drained(step.end().get()));
        reading.confirm(step.after().confirmable());
        return;
      }
      if (added > 0 ? isGathered() : isDue(step.after())) {
        publisher.commit(step.after());
        written = step.after();
        writtenAt = System.nanoTime();
        gathering.committed(added, writtenAt);
        added = 0;
        reading.confirm(written.confirmable());
      }
    }
  }

  private void heard(List<WalEvent> events) throws SQLException {
    long now = System.nanoTime();
    if (events.isEmpty() && now - heardAt > SILENCE.toNanos()) {
      reading.check();
      heardAt = System.nanoTime();
    } else if (!events.isEmpty()) {
      heardAt = now;
    }
  }

  private void add(Cursor.Step step) throws SQLException, InterruptedException {
    if (added == 0) {
      addedSince = System.nanoTime();
    }
    publisher.add(outgoing(step));
    added += step.items().size();
  }

  private Duration patience() {
    return added == 0
        ? PATIENCE
        : Duration.ofNanos(addedSince + gathering.nanos() - System.nanoTime());
  }

  private boolean isGathered() {
    return publisher.addedBytes() >= MOST_BYTES
        || System.nanoTime() - addedSince >= gathering.nanos();
  }

  private boolean isDue(Position.Streaming position) {
    return position.confirmable() > written.confirmable()
        && System.nanoTime() - writtenAt > IDLE.toNanos();
  }

  private List<Outgoing> outgoing(Cursor.Step step) throws SQLException {
    var outgoing = new ArrayList<Outgoing>(step.items().size());
    long seq = step.after().nextSeq() - step.items().size();
    for (Cursor.Item item : step.items()) {
      switch (item) {
        case Cursor.Item.Row(OutboxRow row) -> outgoing.add(mapping.of(row, seq));
        case Cursor.Item.Again again -> {
          Optional<OutboxRow> row = find(again);
          if (row.isPresent()) {
            outgoing.add(mapping.again(row.get(), seq));
          }
        }
      }
      seq++;
    }
    return outgoing;
  }

  private Optional<OutboxRow> find(Cursor.Item.Again again) throws SQLException {
    Optional<OutboxRow> row =
        outbox.findAskedFor(again.asked().id(), again.transaction().committedAt());
    if (row.isEmpty()) {
      log.atWarn()
          .addKeyValue("eventId", again.asked().id())
          .log("a row that was asked for again is not there to be sent, or of another shard");
    }
    return row;
  }
}
