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
  private static final int MOST_PER_DRAIN = 1_000;

  private final Map<String, Consumer<?>> consumers;
  private final DataSource database;
  private final Dispatcher dispatcher;
  private final Output output;
  private final EffectMeters meters;
  private final Clock clock;
  private final DoubleSupplier lots;
  private final Lanes lanes = new Lanes();

  private @Nullable ProcessorContext<String, byte[]> context;
  private @Nullable KeyValueStore<String, byte[]> pending;

  EffectProcessor(
      Map<String, Consumer<?>> consumers,
      DataSource database,
      Dispatcher dispatcher,
      Output output,
      EffectMeters meters,
      Clock clock,
      DoubleSupplier lots) {
    this.consumers = consumers;
    this.database = database;
    this.dispatcher = dispatcher;
    this.output = output;
    this.meters = meters;
    this.clock = clock;
    this.lots = lots;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> taskContext) {
    context = taskContext;
    pending = taskContext.getStateStore(PENDING);
    restore();
    taskContext.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> tick());
  }

  @Override
  public void process(Record<String, byte[]> record) {
    drain();
    Envelope envelope;
    try {
      envelope = read(record);
    } catch (RuntimeException e) {
      meters.poison();
      log.atError().addKeyValue("reason", e.getMessage()).log("a record is no event: dead letter");
      context()
          .forward(output.poison(record, String.valueOf(e.getMessage()), clock.millis()), TO_DEAD);
      return;
    }
    Optional<EventType<?>> type = Catalogue.find(envelope.type());
    for (Consumer<?> consumer : consumers.values()) {
      if (type.isPresent() && consumer.follows(type.get())) {
        accept(consumer, type.get(), envelope);
      }
    }
  }

  private void accept(Consumer<?> consumer, EventType<?> type, Envelope envelope) {
    Optional<String> lane = consumer.laneOf(envelope, type);
    if (lane.isEmpty()) {
      return;
    }
    var key = new EffectKey(consumer.name(), lane.get(), envelope.seq(), envelope.id());
    byte[] before =
        store().putIfAbsent(key.text(), PendingEffect.first(envelope, clock.instant()).bytes());
    if (before == null) {
      meters.pendingChanged(1);
      lanes.add(key).ifPresent(this::start);
    }
  }

  private void tick() {
    drain();
    Instant now = clock.instant();
    for (Optional<EffectKey> due = lanes.takeDue(now); due.isPresent(); due = lanes.takeDue(now)) {
      start(due.get());
    }
  }

  private void drain() {
    for (int i = 0; i < MOST_PER_DRAIN; i++) {
      Optional<Finished> finished = dispatcher.take();
      if (finished.isEmpty()) {
        return;
      }
      record(finished.get());
    }
  }

  private void record(Finished finished) {
    meters.attempt(finished);
    context().forward(output.attempt(finished), TO_ATTEMPTS);
    switch (finished.outcome()) {
      case Outcome.Done done -> settle(finished);
      case Outcome.Skipped skipped -> settle(finished);
      case Outcome.RetryAfter retry -> retryLater(finished, retry);
      case Outcome.Dead dead -> bury(finished, dead.reason());
    }
  }

  private void retryLater(Finished finished, Outcome.RetryAfter retry) {
    PendingEffect effect = finished.pending();
    Instant now = clock.instant();
    Backoff backoff =
        Optional.<Consumer<?>>ofNullable(consumers.get(finished.key().consumer()))
            .orElseThrow()
            .backoff();
    Optional<Duration> delay =
        backoff.delay(
            effect.failures() + 1, Duration.between(effect.since(), now), lots.getAsDouble());
    if (delay.isEmpty()) {
      bury(
          finished,
          "given up after %d attempts: %s".formatted(effect.failures() + 1, retry.reason()));
      return;
    }
    Instant due = now.plus(retry.delay().orElse(delay.get()));
    store().put(finished.key().text(), effect.failed(due, retry.reason()).bytes());
    lanes.waiting(finished.key(), due);
  }

  private void bury(Finished finished, String reason) {
    log.atError()
        .addKeyValue("eventId", finished.key().eventId())
        .addKeyValue("tenant", finished.pending().envelope().tenantId())
        .addKeyValue("consumer", finished.key().consumer())
        .addKeyValue("reason", reason)
        .log("dead letter");
    context().forward(output.dead(finished, reason), TO_DEAD);
    settle(finished);
  }

  private void settle(Finished finished) {
    store().delete(finished.key().text());
    meters.pendingChanged(-1);
    meters.settled(finished, Duration.between(finished.pending().since(), clock.instant()));
    lanes.settled(finished.key()).ifPresent(this::start);
  }

  private void start(EffectKey key) {
    byte[] value = store().get(key.text());
    if (value == null) {
      throw new IllegalStateException("BUG: " + key + " is due, but not pending");
    }
    var attempt = new Attempt(consumers, database, key, PendingEffect.parse(value));
    dispatcher.start(attempt, attempt.timeout());
  }

  /** Whatever was pending when the task was last closed goes on where it was. */
  private void restore() {
    Instant now = clock.instant();
    int restored = 0;
    try (KeyValueIterator<String, byte[]> all = store().all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        EffectKey key = EffectKey.parse(entry.key);
        Instant due = PendingEffect.parse(entry.value).due();
        lanes.add(key).ifPresent(head -> lanes.waiting(head, due.isBefore(now) ? now : due));
        restored++;
      }
    }
    meters.pendingChanged(restored);
  }

  @Override
  public void close() {
    meters.pendingChanged(-lanes.size());
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

  private ProcessorContext<String, byte[]> context() {
    return initialised(context);
  }

  private KeyValueStore<String, byte[]> store() {
    return initialised(pending);
  }

  private static <T> T initialised(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("BUG: used before init");
    }
    return part;
  }
}
