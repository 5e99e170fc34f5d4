package dev.tailrace.relay;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a slot, and sends what it will not: the rows that were committed before it and are not in
 * Kafka. That is the whole table at the first start, and what came after the position when a slot
 * was lost. New rows wait in the slot meanwhile.
 *
 * <p>It can be killed at any instant: the position says that it was begun, and the next one makes
 * another slot and reads in Kafka how far this one came.
 */
final class Backfill {

  private static final Logger log = LoggerFactory.getLogger(Backfill.class);
  private static final Duration PROGRESS = Duration.ofSeconds(10);

  /**
   * How far back is looked on a server that was adopted. It may have had rows of its own since
   * before the last one that is in Kafka; and Kafka keeps every event for a week, so that it can
   * tell of each that is younger whether it has it.
   */
  private static final Duration ADOPTED_REACH = Duration.ofDays(5);

  private final PostgresSlot slot;
  private final OutboxTable outbox;
  private final KafkaRelayed relayed;
  private final KafkaPublisher publisher;
  private final Mapping mapping;

  Backfill(
      PostgresSlot slot,
      OutboxTable outbox,
      KafkaRelayed relayed,
      KafkaPublisher publisher,
      Mapping mapping) {
    this.slot = slot;
    this.outbox = outbox;
    this.relayed = relayed;
    this.publisher = publisher;
    this.mapping = mapping;
  }

  void run(Start.FromTheTable start) throws SQLException, IOException, InterruptedException {
    log.atWarn()
        .addKeyValue("reason", start.reason())
        .addKeyValue("since", start.from().since().map(Instant::toString).orElse("the beginning"))
        .log("sending what is not in Kafka from the table, and making the slot");
    publisher.commit(List.of(), start.from());
    if (start.oldSlot()) {
      slot.drop();
    }
    Instant madeAt = slot.now();
    var progress = new Progress(start.from());
    long slotLsn;
    try (PostgresSlot.ExportedSnapshot snapshot = slot.create()) {
      slotLsn = snapshot.slotLsn();
      outbox.readUnsent(snapshot, since(start, madeAt), alreadySent(start.from()), progress);
    }
    Position.Streaming complete = progress.position.complete(slotLsn, madeAt);
    publisher.commit(List.of(), complete);
    log.atInfo()
        .addKeyValue("rows", complete.nextSeq() - start.from().nextSeq())
        .addKeyValue("nextSeq", complete.nextSeq())
        .log("made the slot");
  }

  /** A restore commits all rows anew, but leaves them the begin of their transactions. */
  private static OutboxTable.Since since(Start.FromTheTable start, Instant now) {
    Optional<Instant> last = start.from().since();
    if (!start.adopted()) {
      return new OutboxTable.Since(last, false);
    }
    Instant reach = now.minus(ADOPTED_REACH);
    return new OutboxTable.Since(last.map(it -> it.isBefore(reach) ? it : reach), true);
  }

  /** Where no seq was given there is nothing to read. */
  private OutboxTable.Relayed alreadySent(Position.Backfilling from) {
    return from.nextSeq() == Seq.FIRST ? (since, ids) -> {} : relayed::read;
  }

  private final class Progress implements OutboxTable.Chunks {
    private final long firstSeq;
    private Position.Backfilling position;
    private long told = System.nanoTime();

    Progress(Position.Backfilling position) {
      this.position = position;
      this.firstSeq = position.nextSeq();
    }

    @Override
    public void take(List<OutboxRow> rows) throws InterruptedException {
      var outgoing = new ArrayList<Outgoing>(rows.size());
      for (OutboxRow row : rows) {
        outgoing.add(mapping.of(row, position.nextSeq() + outgoing.size()));
      }
      Position.Backfilling next = position.after(rows.size());
      publisher.commit(outgoing, next);
      position = next;
      if (System.nanoTime() - told > PROGRESS.toNanos()) {
        told = System.nanoTime();
        log.atInfo()
            .addKeyValue("rows", position.nextSeq() - firstSeq)
            .log("sending rows from the table");
      }
    }
  }
}
