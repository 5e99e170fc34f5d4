package dev.tailrace.effects;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.EventType;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import javax.sql.DataSource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
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

  private static final Logger log = LoggerFactory.getLogger(EffectProcessor.class);
  private static final Duration TICK = Duration.ofMillis(10);

  /** So that what comes back never keeps the thread from polling. */
  private static final int MOST_PER_TURN = 1_000;

  /** What is carried out is never given up for want of its record. */
  private static final Duration RECORD_AGAIN = Duration.ofMinutes(1);

  private final Map<String, Consumer<?>> consumers;
  private final DataSource database;
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
      KeyValueStore<String, byte[]> pending,
      Lanes lanes,
      Dispatcher dispatcher) {}

  /**
   * @param lots draws from [0, 1) for the jitter of delays
   */
  EffectProcessor(
      Map<String, Consumer<?>> consumers,
      DataSource database,
      Workers workers,
      Output output,
      EffectMeters meters,
      Clock clock,
      DoubleSupplier lots) {
    this.consumers = consumers;
    this.database = database;
    this.workers = workers;
    this.output = output;
    this.meters = meters;
    this.clock = clock;
    this.lots = lots;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    task =
        new Task(
            context, context.getStateStore(PENDING), new Lanes(), new Dispatcher(workers, clock));
    restore();
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> turn());
  }

  @Override
  public void process(Record<String, byte[]> record) {
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
    for (Consumer<?> consumer : consumers.values()) {
      if (consumer.follows(type.get())) {
        accept(consumer, type.get(), envelope);
      }
    }
    turn();
  }

  private void accept(Consumer<?> consumer, EventType<?> type, Envelope envelope) {
    Optional<String> lane;
    try {
      lane = consumer.laneOf(envelope, type);
    } catch (RuntimeException e) {
      bury(envelope, consumer.name(), 0, "its when or lane failed: " + Reasons.of(e));
      return;
    }
    if (lane.isEmpty()) {
      return;
    }
    var key = new EffectKey(consumer.name(), lane.get(), envelope.seq(), envelope.id(), "");
    Instant now = clock.instant();
    Instant due = now.plus(consumer.delay());
    byte[] before =
        task().pending().putIfAbsent(key.text(), PendingEffect.first(envelope, due).bytes());
    if (before == null) {
      meters.pendingChanged(1);
      task().lanes().add(key, due.isAfter(now) ? due : Due.AT_ONCE);
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
    for (int i = 0; i < MOST_PER_TURN; i++) {
      if (!now.lanes().hasNext(instant) || !now.dispatcher().hasRoom()) {
        break;
      }
      start(now.lanes().next(instant).orElseThrow());
    }
  }

  private void start(EffectKey key) {
    byte[] value = task().pending().get(key.text());
    Consumer<?> consumer = consumers.get(key.consumer());
    if (value == null || consumer == null) {
      throw new IllegalStateException("BUG: " + key + " is ready, but not pending");
    }
    var attempt = new Attempt(consumer, database, key, PendingEffect.parse(value));
    task().dispatcher().start(attempt, consumer.timeout());
  }

  private void record(Finished finished) {
    meters.attempt(finished);
    task().context().forward(output.attempt(finished), TO_ATTEMPTS);
    switch (finished.outcome()) {
      case Outcome.Done done -> settle(finished);
      case Outcome.Skipped skipped -> settle(finished);
      case Outcome.RetryAfter retry -> retryLater(finished, retry);
      case Outcome.Dead dead -> giveUp(finished, dead.reason());
    }
  }

  private void retryLater(Finished finished, Outcome.RetryAfter retry) {
    PendingEffect before = finished.pending();
    Instant now = clock.instant();
    int failures = before.failures() + 1;
    Optional<String> carriedOut = finished.ended().carriedOut().or(before::carriedOut);
    Optional<Duration> delay =
        finished
            .attempt()
            .consumer()
            .backoff()
            .delay(failures, before.age(now), lots.getAsDouble());
    if (delay.isEmpty() && carriedOut.isEmpty()) {
      giveUp(finished, "given up after %d attempts: %s".formatted(failures, retry.reason()));
      return;
    }
    Instant due = now.plus(retry.delay().or(() -> delay).orElse(RECORD_AGAIN));
    PendingEffect after = before.failed(finished.startedAt(), due, carriedOut);
    task().pending().put(finished.key().text(), after.bytes());
    task().lanes().waiting(finished.key(), due);
  }

  private void giveUp(Finished finished, String reason) {
    PendingEffect effect = finished.pending();
    bury(effect.envelope(), finished.key().consumer(), effect.failures() + 1, reason);
    settle(finished);
  }

  private void bury(Envelope envelope, String consumer, int attempts, String reason) {
    log.atError()
        .addKeyValue("eventId", envelope.id())
        .addKeyValue("tenant", envelope.tenantId())
        .addKeyValue("consumer", consumer)
        .addKeyValue("reason", reason)
        .log("dead letter");
    meters.dead(consumer);
    Record<String, byte[]> dead = output.dead(envelope, consumer, attempts, reason, clock.millis());
    task().context().forward(dead, TO_DEAD);
  }

  private void bury(Record<String, byte[]> record, String reason) {
    String shortened = Reasons.shortened(reason);
    log.atError().addKeyValue("reason", shortened).log("a record can't be followed: dead letter");
    meters.dead("");
    task().context().forward(output.poison(record, shortened, clock.millis()), TO_DEAD);
  }

  private void settle(Finished finished) {
    task().pending().delete(finished.key().text());
    meters.pendingChanged(-1);
    task().lanes().settled(finished.key());
  }

  /**
   * Whatever was pending when the task was last closed goes on where it was; but for the effects of
   * a consumer that this version lacks, which are left for one that has it.
   */
  private void restore() {
    Instant now = clock.instant();
    int strangers = 0;
    try (KeyValueIterator<String, byte[]> all = task().pending().all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        EffectKey key = EffectKey.parse(entry.key);
        if (consumers.containsKey(key.consumer())) {
          Instant due = PendingEffect.parse(entry.value).due();
          task().lanes().add(key, due.isAfter(now) ? due : Due.AT_ONCE);
        } else {
          strangers++;
        }
      }
    }
    if (strangers > 0) {
      log.atWarn()
          .addKeyValue("effects", strangers)
          .log("pending effects of consumers that this version lacks are left where they are");
    }
    meters.pendingChanged(task().lanes().size());
  }

  @Override
  public void close() {
    task().dispatcher().close();
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
