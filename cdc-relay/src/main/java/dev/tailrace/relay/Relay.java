package dev.tailrace.relay;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop: one turn after another, each from what Kafka and Postgres say, until it is stopped.
 *
 * <p>A turn stands by while the slot is read by another, fences its predecessor in Kafka, reads the
 * position, makes the slot and sends the rows before it if there is none, and then relays. A turn
 * that fails, whatever it was that went away, is followed by another after a pause: nothing is
 * remembered from one to the next, so there is one way to begin. A turn that was fenced is one of
 * these: the next finds the slot taken and stands by, or free and takes over again.
 */
final class Relay implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Relay.class);
  private static final Duration STOP = Duration.ofSeconds(1);

  /** What waits for another to end looks again after this, for as long as it takes. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

  private final RelayConfig config;
  private final PostgresSlot slot;
  private final OutboxTable outbox;
  private final RelayMeters meters;
  private final Consumer<Throwable> failed;
  private final StopSignal stop = new StopSignal();
  private final Backoff backoff = new Backoff();
  private final UnderWay underWay = new UnderWay(System::nanoTime);
  private final Thread thread = Thread.ofPlatform().daemon().name("relay").unstarted(this::run);
  private volatile Optional<DebeziumStream> stream = Optional.empty();
  private volatile Optional<String> problem = Optional.of("starting");

  Relay(
      RelayConfig config,
      PostgresSlot slot,
      OutboxTable outbox,
      RelayMeters meters,
      Consumer<Throwable> failed) {
    this.config = config;
    this.slot = slot;
    this.outbox = outbox;
    this.meters = meters;
    this.failed = failed;
  }

  void start() {
    thread.start();
  }

  /** What keeps rows from flowing; nothing when they do. */
  Optional<String> problem() throws SQLException {
    Optional<String> known = underWay.problem().or(() -> problem);
    if (known.isPresent()) {
      return known;
    }
    return slot.look() instanceof SlotState.Taken
        ? Optional.empty()
        : Optional.of("the slot is not being read");
  }

  private void run() {
    try {
      while (!stop.isRaised()) {
        pause(turnOrReason());
      }
    } catch (Throwable e) {
      problem = Optional.of(String.valueOf(e.getMessage()));
      failed.accept(e);
    }
  }

  /** One turn, and how long to pause after it. Only what must end the relay is thrown. */
  private Duration turnOrReason() {
    try {
      return turn();
    } catch (CannotGoOnException e) {
      throw e;
    } catch (Exception e) {
      if (!stop.isRaised()) {
        problem = Optional.of(String.valueOf(e.getMessage()));
        log.atWarn().addKeyValue("reason", e.toString()).log("a turn ended, another follows");
        log.atDebug().setCause(e).log("why the turn ended");
      }
      return backoff.next();
    }
  }

  /** An interrupt is meant for what the relay waits for; only the signal ends it. */
  private void pause(Duration pause) {
    try {
      var _ = stop.within(pause);
    } catch (InterruptedException e) {
      log.atDebug().setCause(e).log("interrupted in a pause");
    }
  }

  private Duration turn() throws Exception {
    if (!outbox.isPublished()) {
      return waitFor("the database has no publication " + config.slot().publication());
    }
    outbox.makePartitions();
    if (slot.look() instanceof SlotState.Taken taken) {
      return standBy("the slot is read by process " + taken.pid() + " of Postgres");
    }
    Optional<PostgresSlot.Claim> claim = slot.claim();
    if (claim.isEmpty()) {
      return standBy("another relay is about to read the slot");
    }
    try (var held = claim.get();
        var publisher = new KafkaPublisher(config, meters, stop, underWay)) {
      return switch (Start.decide(slot.look(), slot.server(), publisher::takeOver)) {
        case Start.Resume resume -> relay(publisher, resume.from(), held);
        case Start.FromTheTable begin -> relay(publisher, backfill(publisher, begin), held);
        case Start.StandBy standBy -> standBy(standBy.reason());
        case Start.Impossible impossible ->
            throw new CannotGoOnException(
                "slot %s: %s".formatted(config.slot().name(), impossible.reason()));
      };
    }
  }

  private Duration standBy(String reason) {
    return waitFor("standing by: " + reason);
  }

  private Duration waitFor(String reason) {
    Optional<String> now = Optional.of(reason);
    if (!problem.equals(now)) {
      log.atInfo().addKeyValue("reason", reason).log("waiting");
    }
    problem = now;
    return LOOK_AGAIN;
  }

  /** Sends what was there before the slot; the position says whether it came to its end. */
  private Position.Streaming backfill(KafkaPublisher publisher, Start.FromTheTable begin)
      throws SQLException, InterruptedException {
    problem = Optional.of("sending the rows from before the slot");
    publisher.commit(List.of(), begin.from());
    if (begin.oldSlot()) {
      slot.drop();
    }
    var progress = new Progress(publisher, begin.from());
    try (PostgresSlot.ExportedSnapshot snapshot = slot.create()) {
      outbox.read(snapshot, progress);
    }
    Position.Streaming complete = progress.position.complete();
    publisher.commit(List.of(), complete);
    log.atInfo().addKeyValue("nextSeq", complete.nextSeq()).log("made the slot");
    return complete;
  }

  private static final class Progress implements OutboxTable.Chunks {
    private final KafkaPublisher publisher;
    private Position.Backfilling position;

    Progress(KafkaPublisher publisher, Position.Backfilling position) {
      this.publisher = publisher;
      this.position = position;
    }

    @Override
    public void take(List<OutboxRow> rows) throws InterruptedException {
      Position.Backfilling next = position.after(rows.size());
      publisher.commit(Relayed.of(rows, position.nextSeq()), next);
      position = next;
    }
  }

  private Duration relay(
      KafkaPublisher publisher, Position.Streaming from, PostgresSlot.Claim claim)
      throws Exception {
    var delivery = new Live(publisher, from);
    var fresh = new DebeziumStream(config, delivery, () -> flowing(claim));
    stream = Optional.of(fresh);
    try {
      if (!stop.isRaised()) {
        fresh.run();
      }
    } finally {
      stream = Optional.empty();
      if (!stop.isRaised()) {
        meters.restarted();
      }
    }
    return backoff.next();
  }

  private void flowing(PostgresSlot.Claim claim) {
    try {
      claim.close();
    } catch (SQLException e) {
      log.atDebug().setCause(e).log("the claim was lost already");
    }
    problem = Optional.empty();
    backoff.reset();
    log.atInfo().addKeyValue("slot", config.slot().name()).log("relaying");
  }

  private static final class Live implements DebeziumStream.Delivery {
    private final KafkaPublisher publisher;
    private Position.Streaming position;

    Live(KafkaPublisher publisher, Position.Streaming position) {
      this.publisher = publisher;
      this.position = position;
    }

    @Override
    public void deliver(Batch batch) throws InterruptedException {
      Position.Streaming next = position.after(batch);
      publisher.commit(Relayed.of(batch.rows(), position.nextSeq()), next);
      position = next;
    }
  }

  /** Lets the batch under way come to its end, for up to 3 s. */
  @Override
  public void close() {
    stop.raise();
    try {
      Optional<DebeziumStream> running = stream;
      if (running.isPresent()) {
        running.get().stop();
      }
      thread.join(STOP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
  }
}
