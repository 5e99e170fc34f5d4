package dev.tailrace.effects;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

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
  static final String TO_ACROSS = "to-across";

  /** As often as the thread polls. */
  private static final Duration TICK = Duration.ofMillis(2);

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
      BatchBooks batchBooks,
      Batches batches,
      Operations operations,
      Intake intake,
      Dispatcher dispatcher,
      Runs runs,
      Answers answers,
      Watched watched) {}

  EffectProcessor(Instance shared) {
    this.shared = shared;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    shared.watch().opening(() -> open(context));
  }

  private void open(ProcessorContext<String, byte[]> context) {
    Consumers consumers = shared.consumers();
    var pending =
        new PendingStore(
            context.getStateStore(PENDING),
            shared.memory(),
            shared.clock()::instant,
            key -> consumers.find(key.consumer()).isPresent());
    var wakes = new RecentWakes(consumers.longestTimeout().plus(BESIDE_TIMEOUT));
    var lanes = new Lanes(MOST_BEHIND, pending, wakes);
    var tally = new Tally(consumers.names());
    var books = new Books(shared, context, pending, lanes, tally);
    var dispatcher = new Dispatcher(shared.workers(), shared.clock());
    var life = new Life(context.getStateStore(LIVES), shared.commits(), shared.clock().instant());
    int number = context.taskId().partition();
    var batchBooks = new BatchBooks(shared, pending, lanes, books);
    var batches = new Batches(shared, life, pending, lanes, dispatcher, number);
    var runs = new Runs(shared, life, pending, lanes, dispatcher, batches);
    var crossings = new Crossings(shared, context, books);
    var operations =
        new Operations(consumers, context.getStateStore(PAUSED), lanes, runs, books, crossings);
    var answers = new Answers();
    var watched = new Watched(number, lanes, pending, tally, shared.clock().instant());
    task =
        new Task(
            context,
            pending,
            lanes,
            books,
            batchBooks,
            batches,
            operations,
            new Intake(shared, context, lanes, books, crossings),
            dispatcher,
            runs,
            answers,
            watched);
    operations.restore();
    books.restore();
    // Last, since what fails before is not closed.
    shared.attempts().breakers().listen(answers);
    shared.attempts().rates().opened(number);
    watched.turn(shared.clock().instant());
    shared.watch().opened(watched);
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> turn());
  }

  @Override
  public void process(Record<String, byte[]> record) {
    String topic = task().context().recordMetadata().orElseThrow().topic();
    if (shared.output().isOfWakes(topic)) {
      Output.awaited(record).ifPresent(task().intake()::woken);
    } else if (shared.output().isOfCommands(topic)) {
      Optional.ofNullable(record.value()).ifPresent(task().operations()::carryOut);
    } else if (shared.output().isOfReplays(topic)) {
      recordEnded();
      task().intake().replayed(record);
    } else if (shared.output().isOfCrossings(topic)) {
      recordEnded();
      task().intake().crossed(record);
    } else {
      task().intake().event(record);
    }
    turn();
  }

  /**
   * Records what has ended, as far as that keeps nobody from polling; before a replay is taken in
   * too, which is left out when its effect is pending.
   */
  private void recordEnded() {
    int recorded = 0;
    while (recorded < MOST_PER_TURN) {
      Optional<Returned> returned = task().dispatcher().take();
      if (returned.isEmpty()) {
        break;
      }
      switch (returned.get()) {
        case Finished finished -> record(finished);
        case FinishedBatch batch -> record(batch);
      }
      recorded += returned.get().attempts();
    }
  }

  /** Records what has ended, and starts what is ready, as far as there is room. */
  private void turn() {
    recordEnded();
    Task now = task();
    Instant instant = shared.clock().instant();
    for (var answer = now.answers().take(); answer.isPresent(); answer = now.answers().take()) {
      now.lanes().woken(answer.get(), instant);
    }
    now.runs().start(instant);
    now.watched().turn(instant);
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

  private void record(FinishedBatch batch) {
    batch.each().forEach(each -> shared.commits().recorded());
    task().batchBooks().record(batch);
    task().batches().ended(batch);
  }

  @Override
  public void close() {
    task().dispatcher().close();
    task().pending().close();
    shared.attempts().breakers().forget(task().answers());
    shared.attempts().rates().closed(task().context().taskId().partition());
    shared.watch().closed(task().watched());
    task = null;
  }

  private Task task() {
    Task now = task;
    if (now == null) {
      throw new IllegalStateException("BUG: used before init or after close");
    }
    return now;
  }
}
