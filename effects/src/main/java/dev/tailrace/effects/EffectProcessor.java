package dev.tailrace.effects;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.EventType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream thread's side of the effects: it records what is pending and lets input offsets move
 * on, so that a slow destination holds up nothing but its own lane.
 *
 * <p>An input becomes a pending effect per consumer that follows it; the head of each idle lane is
 * handed to the dispatcher; what comes back is recorded (done, next try, dead) and the lane goes
 * on. Only this thread touches the store and the lanes. After a crash or a rebalance whatever is in
 * the store is started again.
 */
final class EffectProcessor implements Processor<String, byte[], String, byte[]> {

  static final String PENDING = "pending";
  static final String PAUSED = "paused";
  static final String LIVES = "lives";
  static final String TO_ATTEMPTS = "to-attempts";
  static final String TO_DEAD = "to-dead";
  static final String TO_WAKES = "to-wakes";

  private static final Logger log = LoggerFactory.getLogger(EffectProcessor.class);
  private static final Duration TICK = Duration.ofMillis(10);

  /** So that what comes back never keeps the thread from polling. */
  private static final int MOST_PER_TURN = 1_000;

  /** Of a lane; one that is dead for days may have a million. */
  private static final int MOST_BEHIND = 256;

  /** Beside its timeout an attempt has at most this: a look, a transaction, the way back. */
  private static final Duration BESIDE_TIMEOUT = DoneRecords.TIMEOUT.multipliedBy(3);

  private final Instance shared;
  private @Nullable Task task;

  /**
   * What lasts from {@code init} to {@code close}. Streams revives a task with the same processor
   * after an error, and nothing of the task's former life may reach into the new one.
   */
  private record Task(
      ProcessorContext<String, byte[]> context,
      PendingStore pending,
      Lanes lanes,
      Books books,
      Operations operations,
      Dispatcher dispatcher,
      Runs runs,
      Answers answers) {}

  EffectProcessor(Instance shared) {
    this.shared = shared;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    Consumers consumers = shared.consumers();
    var pending =
        new PendingStore(context.getStateStore(PENDING), shared.memory(), shared.clock()::instant);
    var wakes = new RecentWakes(consumers.longestTimeout().plus(BESIDE_TIMEOUT));
    var lanes = new Lanes(MOST_BEHIND, pending, wakes);
    var books = new Books(shared, context, pending, lanes);
    var dispatcher = new Dispatcher(shared.workers(), shared.clock());
    var life = new Life(context.getStateStore(LIVES), shared.commits(), shared.clock().instant());
    var runs = new Runs(shared, life, pending, lanes, dispatcher);
    var operations = new Operations(consumers, context.getStateStore(PAUSED), lanes, runs, books);
    var answers = new Answers();
    task = new Task(context, pending, lanes, books, operations, dispatcher, runs, answers);
    operations.restore();
    books.restore();
    // Last, since what fails before is not closed.
    shared.attempts().breakers().listen(answers);
    shared.attempts().rates().opened(context.taskId().partition());
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> turn());
  }

  @Override
  public void process(Record<String, byte[]> record) {
    String topic = task().context().recordMetadata().orElseThrow().topic();
    if (shared.output().isOfWakes(topic)) {
      Output.awaited(record)
          .ifPresent(awaited -> task().lanes().woken(awaited, shared.clock().instant()));
    } else if (shared.output().isOfCommands(topic)) {
      Optional.ofNullable(record.value()).ifPresent(task().operations()::carryOut);
    } else if (shared.output().isOfReplays(topic)) {
      replayed(record);
    } else {
      event(record, Optional.empty());
    }
    turn();
  }

  /** Nobody is woken by it: what waits is for what happens now. */
  private void replayed(Record<String, byte[]> record) {
    Replay replay;
    try {
      replay = ReplayHeaders.read(record.headers());
    } catch (RuntimeException e) {
      task().books().bury(record, "no replay that can be followed: " + e.getMessage());
      return;
    }
    Optional<String> stranger =
        replay.consumers().stream()
            .filter(name -> shared.consumers().find(name).isEmpty())
            .findFirst();
    if (stranger.isPresent()) {
      task()
          .books()
          .bury(
              record,
              "its replay is for %s, which this version lacks: replay it for another"
                  .formatted(stranger.get()));
      return;
    }
    event(record, Optional.of(replay));
  }

  private void event(Record<String, byte[]> record, Optional<Replay> replay) {
    Envelope envelope;
    try {
      envelope = read(record.headers(), record.value());
    } catch (RuntimeException e) {
      task().books().bury(record, "no event of Tailrace: " + e.getMessage());
      return;
    }
    Optional<EventType<?>> type = Catalogue.find(envelope.type());
    if (type.isEmpty()) {
      task()
          .books()
          .bury(
              record,
              envelope.type()
                  + " is not in the catalogue of this version: redrive it to a later one");
      return;
    }
    Instant at = Instant.ofEpochMilli(record.timestamp());
    Optional<Replayed> replayed = replay.map(its -> its.of(envelope, at));
    for (Consumer<?> consumer : shared.consumers().following(type.get())) {
      if (replay.filter(its -> !its.isFor(consumer)).isEmpty()) {
        accept(consumer, type.get(), envelope, replayed);
      }
    }
    if (replay.isEmpty()) {
      wake(type.get(), envelope);
    }
  }

  private void wake(EventType<?> type, Envelope envelope) {
    for (Waking<?> waking : shared.consumers().wokenBy(type)) {
      wake(waking, type, envelope);
    }
  }

  private void accept(
      Consumer<?> consumer, EventType<?> type, Envelope envelope, Optional<Replayed> replayed) {
    Instant due = shared.clock().instant().plus(consumer.patience().delay());
    PendingEffect first = PendingEffect.first(envelope, due).by(replayed);
    Optional<String> lane;
    try {
      lane = consumer.laneOf(envelope, type);
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      EffectKey key = keyOf(consumer, envelope.aggregateId(), first);
      task().books().bury(key, first, 0, "its when or lane failed: " + Reasons.of(e));
      return;
    }
    if (lane.isPresent()) {
      task().books().add(keyOf(consumer, lane.get(), first), first);
    }
  }

  private static EffectKey keyOf(Consumer<?> consumer, String lane, PendingEffect first) {
    Envelope envelope = first.envelope();
    var key = new EffectKey(consumer.name(), lane, envelope.seq(), envelope.id(), "");
    return first.replayed().map(by -> key.replayed(by.isForced())).orElse(key);
  }

  /** Here at once, and by way of Kafka in every other task: what waits may be in any. */
  private void wake(Waking<?> waking, EventType<?> type, Envelope envelope) {
    Optional<Awaited> awaited;
    try {
      awaited = waking.of(envelope, type);
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      log.atError()
          .addKeyValue("eventId", envelope.id())
          .addKeyValue("reason", Reasons.of(e))
          .log("what this event wakes could not be told: the key of a wokenBy failed");
      return;
    }
    if (awaited.isPresent()) {
      ProcessorContext<String, byte[]> context = task().context();
      task().lanes().woken(awaited.get(), shared.clock().instant());
      context.forward(
          shared
              .output()
              .wake(awaited.get(), context.taskId().partition(), shared.clock().millis()),
          TO_WAKES);
    }
  }

  /** Records what has ended, and starts what is ready, as far as there is room. */
  private void turn() {
    Task now = task();
    for (int i = 0; i < MOST_PER_TURN; i++) {
      Optional<Finished> finished = now.dispatcher().take();
      if (finished.isEmpty()) {
        break;
      }
      record(finished.get());
    }
    Instant instant = shared.clock().instant();
    for (var answer = now.answers().take(); answer.isPresent(); answer = now.answers().take()) {
      now.lanes().woken(answer.get(), instant);
    }
    now.runs().start(instant);
    commitSoon();
  }

  /** Who looks from outside sees what was recorded when it is committed. */
  private void commitSoon() {
    if (shared.commits().areWanted()) {
      task().context().commit();
    }
  }

  private void record(Finished finished) {
    shared.commits().recorded();
    EffectKey.LaneId lane = finished.key().laneId();
    boolean isThrough = finished.ended().isThrough();
    if (!isThrough) {
      task().runs().stopped(lane);
    }
    task().books().record(finished);
    if (isThrough) {
      task().runs().goesOn(lane);
    }
  }

  @Override
  public void close() {
    task().dispatcher().close();
    task().pending().close();
    shared.attempts().breakers().forget(task().answers());
    shared.attempts().rates().closed(task().context().taskId().partition());
    shared.meters().pendingChanged(-task().lanes().size());
    task = null;
  }

  /**
   * The event of a record.
   *
   * @throws RuntimeException saying why it is none
   */
  static Envelope read(Headers headers, byte @Nullable [] value) {
    if (value == null) {
      throw new IllegalArgumentException("the record has no value");
    }
    return CloudEvents.read(
        name -> text(headers.lastHeader(name)), new String(value, StandardCharsets.UTF_8));
  }

  private static @Nullable String text(@Nullable Header header) {
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  private Task task() {
    Task now = task;
    if (now == null) {
      throw new IllegalStateException("BUG: used before init or after close");
    }
    return now;
  }
}
