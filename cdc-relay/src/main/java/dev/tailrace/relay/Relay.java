package dev.tailrace.relay;

import java.io.IOException;
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
 * position, makes the slot and sends the rows that it will not if there is none, and then relays. A
 * turn that fails, whatever it was that went away, is followed by another after a pause: nothing is
 * remembered from one to the next, so there is one way to begin. A turn that was fenced is one of
 * these: the next finds the slot taken and stands by, or free and takes over again.
 */
final class Relay implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Relay.class);
  private static final Duration STOP = Duration.ofSeconds(3);

  /** What waits for another to end looks again after this, for as long as it takes. */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

  /** What waits for other shards asks Kafka each time. */
  private static final Duration LOOK_AGAIN_IN_KAFKA = Duration.ofSeconds(3);

  private final RelayConfig config;
  private final Postgres postgres;
  private final PostgresSlot slot;
  private final OutboxTable outbox;
  private final RelayMeters meters;
  private final Consumer<Throwable> failed;
  private final StopSignal stop = new StopSignal();
  private final Backoff backoff = new Backoff();
  private final UnderWay underWay = new UnderWay(System::nanoTime);
  private final Thread thread = Thread.ofPlatform().daemon().name("relay").unstarted(this::run);
  private boolean isPrepared; // by the thread alone
  private volatile Optional<Intake> intake = Optional.empty();
  private volatile Optional<String> problem = Optional.of("starting");

  Relay(
      RelayConfig config,
      PostgresSlot slot,
      OutboxTable outbox,
      RelayMeters meters,
      Consumer<Throwable> failed) {
    this.config = config;
    this.postgres = new Postgres(config.database());
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
    } catch (Cursor.OtherHistoryException e) {
      throw new CannotGoOnException(
          "slot %s: %s. It was set back, or is of another history of the database; nothing was skipped. %s"
              .formatted(config.slot().name(), e.getMessage(), Start.ADOPT),
          e);
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
    if (slot.look() instanceof SlotState.Taken taken) {
      return standBy("the slot is read by process " + taken.pid() + " of Postgres");
    }
    if (!outbox.isPublished()) {
      return waitFor("the database has no publication " + config.slot().publication());
    }
    Optional<PostgresSlot.Claim> claim = slot.claim();
    if (claim.isEmpty()) {
      return standBy("another relay is about to read the slot");
    }
    outbox.makePartitions();
    var quarantine = quarantine();
    try (var held = claim.get();
        var publisher = publisher(quarantine)) {
      quarantine.load();
      var source = SourceDatabase.look(postgres, config.slot());
      return switch (Start.decide(slot.look(), source, publisher)) {
        case Start.Resume resume -> {
          source.forgetAdoption();
          yield relay(publisher, resume, held);
        }
        case Start.FromTheTable begin -> backfill(publisher, begin, source);
        case Start.StandBy standBy -> waitFor(standBy.reason(), LOOK_AGAIN_IN_KAFKA);
        case Start.End end -> end(publisher, end, source);
        case Start.Ended ended -> end(ended);
        case Start.Impossible impossible ->
            throw new CannotGoOnException(
                "slot %s: %s".formatted(config.slot().name(), impossible.reason()));
      };
    }
  }

  /** The next turn then finds it ended. */
  private static Duration end(KafkaPublisher publisher, Start.End end, SourceDatabase source)
      throws SQLException, InterruptedException {
    log.atWarn()
        .addKeyValue("reason", end.reason())
        .log("the shard ends without its last rows, which the shards after it take from the table");
    publisher.commit(List.of(), end.position());
    source.forgetAdoption();
    return Duration.ZERO;
  }

  /** The slot would keep WAL for nobody. */
  private Duration end(Start.Ended ended) throws SQLException {
    if (ended.slot()) {
      slot.drop();
    }
    return waitFor(ended.reason(), LOOK_AGAIN_IN_KAFKA);
  }

  private Duration standBy(String reason) throws InterruptedException {
    prepare();
    return waitFor("standing by: " + reason);
  }

  /** Once, so that a takeover need not wait for what could be done before. */
  private void prepare() throws InterruptedException {
    if (isPrepared) {
      return;
    }
    try (var publisher = publisher(quarantine())) {
      isPrepared = publisher.prepare();
    }
    if (isPrepared) {
      DebeziumStream.prepare(config);
    }
  }

  private Quarantine quarantine() {
    return new Quarantine(postgres, config.slot().name());
  }

  private KafkaPublisher publisher(Quarantine quarantine) {
    return new KafkaPublisher(config, quarantine, meters, stop, underWay);
  }

  private Duration waitFor(String reason) {
    return waitFor(reason, LOOK_AGAIN);
  }

  private Duration waitFor(String reason, Duration pause) {
    Optional<String> now = Optional.of(reason);
    if (!problem.equals(now)) {
      log.atInfo().addKeyValue("reason", reason).log("waiting");
    }
    problem = now;
    return pause;
  }

  /** The next turn then finds a slot to resume from. */
  private Duration backfill(
      KafkaPublisher publisher, Start.FromTheTable begin, SourceDatabase source)
      throws SQLException, IOException, InterruptedException {
    problem = Optional.of("sending the rows from before the slot: " + begin.reason());
    var relayed = new KafkaRelayed(config.kafka(), stop);
    new Backfill(slot, outbox, relayed, publisher, mapping()).run(begin);
    source.forgetAdoption();
    meters.rebuilt();
    return Duration.ZERO;
  }

  private Mapping mapping() {
    return new Mapping(
        new Routes(
            config.kafka().topics(),
            config.kafka().unknownTypes() == RelayConfig.UnknownTypes.ALLOW));
  }

  private Duration relay(KafkaPublisher publisher, Start.Resume start, PostgresSlot.Claim claim)
      throws Exception {
    var fresh = new Intake(config.reading().queueBytes());
    var reading = new SlotReading(postgres, config, fresh, () -> flowing(claim));
    try (var engine = new DebeziumStream(config, reading)) {
      intake = Optional.of(fresh);
      engine.start();
      new Transfer(config.slot(), reading, publisher, mapping(), outbox, start).run(stop);
    } finally {
      intake = Optional.empty();
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

  /** Lets the batch under way come to its end, for up to 3 s. */
  @Override
  public void close() {
    stop.raise();
    intake.ifPresent(Intake::close);
    try {
      thread.join(STOP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
  }
}
