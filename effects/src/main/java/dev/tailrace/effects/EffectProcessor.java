package dev.tailrace.effects;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.EventType;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Optional;
import java.util.function.DoubleSupplier;
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
  static final String TO_ATTEMPTS = "to-attempts";
  static final String TO_DEAD = "to-dead";
  static final String TO_WAKES = "to-wakes";

  private static final Logger log = LoggerFactory.getLogger(EffectProcessor.class);
  private static final Duration TICK = Duration.ofMillis(10);

  /** So that what comes back never keeps the thread from polling. */
  private static final int MOST_PER_TURN = 1_000;

  /** Of a lane; one that is dead for days may have a million. */
  private static final int MOST_BEHIND = 256;

  /** What is carried out is never given up for want of its record. */
  private static final Duration RECORD_AGAIN = Duration.ofMinutes(1);

  /** What is parked is looked at so often, should what it waits for never be told. */
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(10);

  /** Beside its timeout an attempt has at most this: a look, a transaction, the way back. */
  private static final Duration BESIDE_TIMEOUT = Attempt.DATABASE_TIMEOUT.multipliedBy(3);

  private final Consumers consumers;
  private final Attempts attempts;
  private final Workers workers;
  private final Output output;
  private final EffectMeters meters;
  private final Clock clock;
  private final DoubleSupplier lots;

  private @Nullable Task task;

  /**
   * What lasts from {@code init} to {@code close}. Streams revives a task with the same processor
   * after an error, and nothing of the task's former life may reach into the new one.
   */
  private record Task(
      ProcessorContext<String, byte[]> context,
      PendingStore pending,
      Lanes lanes,
      Dispatcher dispatcher,
      Answers answers) {}

  /**
   * @param lots draws from [0, 1) for the jitter of delays
   */
  EffectProcessor(
      Consumers consumers,
      Attempts attempts,
      Workers workers,
      Output output,
      EffectMeters meters,
      Clock clock,
      DoubleSupplier lots) {
    this.consumers = consumers;
    this.attempts = attempts;
    this.workers = workers;
    this.output = output;
    this.meters = meters;
    this.clock = clock;
    this.lots = lots;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    var pending = new PendingStore(context.getStateStore(PENDING), clock::instant);
    var wakes = new RecentWakes(consumers.longestTimeout().plus(BESIDE_TIMEOUT));
    var lanes = new Lanes(MOST_BEHIND, pending, wakes);
    var answers = new Answers();
    task = new Task(context, pending, lanes, new Dispatcher(workers, clock), answers);
    attempts.breakers().listen(answers);
    restore();
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> turn());
  }

  @Override
  public void process(Record<String, byte[]> record) {
    String topic = task().context().recordMetadata().orElseThrow().topic();
    if (output.isOfWakes(topic)) {
      Output.awaited(record).ifPresent(awaited -> task().lanes().woken(awaited, clock.instant()));
    } else {
      event(record);
    }
    turn();
  }

  private void event(Record<String, byte[]> record) {
    Envelope envelope;
    try {
      envelope = read(record);
    } catch (RuntimeException e) {
      bury(record, "no event of Tailrace: " + e.getMessage());
      return;
    }
    Optional<EventType<?>> type = Catalogue.find(envelope.type());
    if (type.isEmpty()) {
      bury(
          record,
          envelope.type() + " is not in the catalogue of this version: redrive it to a later one");
      return;
    }
    for (Consumer<?> consumer : consumers.following(type.get())) {
      accept(consumer, type.get(), envelope);
    }
    for (Waking<?> waking : consumers.wokenBy(type.get())) {
      wake(waking, type.get(), envelope);
    }
  }

  private void accept(Consumer<?> consumer, EventType<?> type, Envelope envelope) {
    Optional<String> lane;
    try {
      lane = consumer.laneOf(envelope, type);
    } catch (RuntimeException e) {
      var key = keyOf(consumer, envelope.aggregateId(), envelope);
      bury(key, envelope, 0, "its when or lane failed: " + Reasons.of(e));
      return;
    }
    if (lane.isPresent()) {
      Instant due = clock.instant().plus(consumer.patience().delay());
      add(keyOf(consumer, lane.get(), envelope), PendingEffect.first(envelope, due));
    }
  }

  private static EffectKey keyOf(Consumer<?> consumer, String lane, Envelope envelope) {
    return new EffectKey(consumer.name(), lane, envelope.seq(), envelope.id(), "");
  }

  private void add(EffectKey key, PendingEffect effect) {
    if (task().pending().add(key, effect)) {
      meters.pendingChanged(1);
      task().lanes().add(key, effect.waiting(clock.instant()));
    }
  }

  /** Here at once, and by way of Kafka in every other task: what waits may be in any. */
  private void wake(Waking<?> waking, EventType<?> type, Envelope envelope) {
    Optional<Awaited> awaited;
    try {
      awaited = waking.of(envelope, type);
    } catch (RuntimeException e) {
      log.atError()
          .addKeyValue("eventId", envelope.id())
          .addKeyValue("reason", Reasons.of(e))
          .log("what this event wakes could not be told: the key of a wokenBy failed");
      return;
    }
    if (awaited.isPresent()) {
      ProcessorContext<String, byte[]> context = task().context();
      task().lanes().woken(awaited.get(), clock.instant());
      context.forward(
          output.wake(awaited.get(), context.taskId().partition(), clock.millis()), TO_WAKES);
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
    Instant instant = clock.instant();
    for (var answer = now.answers().take(); answer.isPresent(); answer = now.answers().take()) {
      now.lanes().woken(answer.get(), instant);
    }
    for (int i = 0; i < MOST_PER_TURN; i++) {
      if (!now.lanes().hasNext(instant) || !now.dispatcher().hasRoom()) {
        break;
      }
      start(now.lanes().next());
    }
  }

  private void start(EffectKey key) {
    Consumer<?> consumer = consumers.find(key.consumer()).orElseThrow();
    Attempt attempt = attempts.of(consumer, key, task().pending().get(key));
    task().dispatcher().start(attempt, consumer.patience().timeout());
  }

  private void record(Finished finished) {
    if (finished.ended().held().isPresent()) {
      hold(finished, finished.ended().held().get());
      return;
    }
    meters.attempt(finished);
    task().context().forward(output.attempt(finished), TO_ATTEMPTS);
    switch (finished.outcome()) {
      case Outcome.Done done -> done(finished);
      case Outcome.Skipped skipped -> settle(finished.key());
      case Outcome.RetryAfter retry -> retryLater(finished, retry);
      case Outcome.Parked parked -> park(finished, parked);
      case Outcome.Dead dead -> giveUp(finished, dead.reason());
    }
  }

  /** Told once, and not each time it is held again. */
  private void hold(Finished finished, Ended.Held held) {
    var awaited = Optional.of(Breakers.answerOf(held.destination()));
    if (!finished.pending().awaited().equals(awaited)) {
      meters.attempt(finished);
      task().context().forward(output.attempt(finished), TO_ATTEMPTS);
      String reason = finished.outcome().detail();
      PendingEffect after = finished.pending().parked(awaited.get(), held.until(), reason);
      task().pending().put(finished.key(), after);
    }
    task().lanes().waiting(finished.key(), new Waiting(held.until(), awaited));
  }

  private void done(Finished finished) {
    Envelope envelope = finished.pending().envelope();
    for (String item : finished.ended().items()) {
      add(finished.key().ofItem(item), PendingEffect.first(envelope, clock.instant()));
    }
    settle(finished.key());
  }

  private void retryLater(Finished finished, Outcome.RetryAfter retry) {
    PendingEffect before = finished.pending();
    Instant now = clock.instant();
    int failures = before.failures() + 1;
    Optional<String> carriedOut = finished.ended().carriedOut().or(before::carriedOut);
    Backoff backoff = finished.attempt().consumer().patience().backoff();
    Optional<Duration> delay = backoff.delay(failures, before.age(now), lots.getAsDouble());
    if (delay.isEmpty() && carriedOut.isEmpty()) {
      giveUp(finished, "given up after %d attempts: %s".formatted(failures, retry.reason()));
      return;
    }
    Instant due = now.plus(retry.delay().or(() -> delay).orElse(RECORD_AGAIN));
    PendingEffect after = before.failed(finished.startedAt(), due, retry.reason(), carriedOut);
    task().pending().put(finished.key(), after);
    task().lanes().waiting(finished.key(), Waiting.until(due));
  }

  private void park(Finished finished, Outcome.Parked parked) {
    Awaited awaited = finished.attempt().consumer().awaited(parked).orElseThrow();
    Instant due = clock.instant().plus(LOOK_AGAIN);
    PendingEffect after = finished.pending().parked(awaited, due, parked.reason());
    task().pending().put(finished.key(), after);
    task().lanes().waiting(finished.key(), new Waiting(due, Optional.of(awaited)));
  }

  private void giveUp(Finished finished, String reason) {
    PendingEffect effect = finished.pending();
    bury(finished.key(), effect.envelope(), effect.failures() + 1, reason);
    settle(finished.key());
  }

  private void bury(EffectKey key, Envelope envelope, int attempts, String reason) {
    log.atError()
        .addKeyValue("eventId", envelope.id())
        .addKeyValue("tenant", envelope.tenantId())
        .addKeyValue("consumer", key.consumer())
        .addKeyValue("item", key.item())
        .addKeyValue("reason", reason)
        .log("dead letter");
    meters.dead(key.consumer());
    var dead = new Output.Dead(key.consumer(), key.item(), attempts, reason);
    task().context().forward(output.dead(envelope, dead, clock.millis()), TO_DEAD);
    consumers
        .find(key.consumer())
        .flatMap(Consumer::mourner)
        .ifPresent(
            mourner ->
                add(
                    key.of(mourner.name()),
                    PendingEffect.mourning(envelope, clock.instant(), reason)));
  }

  private void bury(Record<String, byte[]> record, String reason) {
    String shortened = Reasons.shortened(reason);
    log.atError().addKeyValue("reason", shortened).log("a record can't be followed: dead letter");
    meters.dead("");
    task().context().forward(output.poison(record, shortened, clock.millis()), TO_DEAD);
  }

  private void settle(EffectKey key) {
    task().pending().delete(key);
    meters.pendingChanged(-1);
    task().lanes().settled(key);
  }

  /**
   * Whatever was pending when the task was last closed goes on where it was; but for the effects of
   * a consumer that this version lacks, which are left for one that has it.
   */
  private void restore() {
    var strangers = new HashMap<String, Integer>();
    task()
        .pending()
        .forEach(
            (key, waiting) -> {
              if (consumers.find(key.consumer()).isPresent()) {
                task().lanes().add(key, waiting);
              } else {
                strangers.merge(key.consumer(), 1, Integer::sum);
              }
            });
    if (!strangers.isEmpty()) {
      log.atWarn()
          .addKeyValue("effects", strangers)
          .log("pending effects of consumers that this version lacks are left where they are");
    }
    meters.pendingChanged(task().lanes().size());
  }

  @Override
  public void close() {
    task().dispatcher().close();
    attempts.breakers().forget(task().answers());
    meters.pendingChanged(-task().lanes().size());
    task = null;
  }

  private static Envelope read(Record<String, byte[]> record) {
    byte[] value = record.value();
    if (value == null) {
      throw new IllegalArgumentException("the record has no value");
    }
    Headers headers = record.headers();
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
