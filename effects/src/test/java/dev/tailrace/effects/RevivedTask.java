package dev.tailrace.effects;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Topics;
import dev.tailrace.testkit.SettableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import javax.sql.DataSource;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;

/** A task that is closed and begins again, with its stores as they are by then. */
final class RevivedTask implements AutoCloseable {

  /** An effect's way from its arrival to its end takes some. */
  private static final int TURNS = 10;

  private final SettableClock clock;
  private final MockProcessorContext<String, byte[]> context = new MockProcessorContext<>();
  private final Workers workers = new Workers(Runnable::run, 1);
  private final Commits commits = new Commits();
  private final Watch watch = new Watch();
  private final Rates rates;
  private final DoneRecords done;
  private final KeyValueStore<String, byte[]> pending;
  private EffectProcessor processor;
  private int arrived;

  RevivedTask(Application application, DataSource database, SettableClock clock) {
    this.clock = clock;
    rates = new Rates(clock, 2);
    done = new DoneRecords(database);
    pending = inMemory(EffectProcessor.PENDING);
    inMemory(EffectProcessor.PAUSED);
    inMemory(EffectProcessor.LIVES);
    processor = processor(application);
    begins();
  }

  private EffectProcessor processor(Application application) {
    return new EffectProcessor(
        new Instance(
            new Consumers(application.consumers()),
            new Attempts(done, new Breakers(clock), rates),
            workers,
            new Memory(),
            commits,
            new Output("kitchen", new Topics(""), "/tailrace/test"),
            new EffectMeters(new SimpleMeterRegistry(), "kitchen"),
            watch,
            clock,
            () -> 0));
  }

  private KeyValueStore<String, byte[]> inMemory(String name) {
    KeyValueStore<String, byte[]> made =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    made.init(context.getStateStoreContext(), made);
    context.addStateStore(made);
    return made;
  }

  /** An effect as it was left pending. */
  void left(EffectKey key, Envelope envelope) {
    pending.put(key.text(), PendingFormat.write(PendingEffect.first(envelope, clock.instant())));
  }

  /** What was not committed is rolled back. */
  void forgets(EffectKey key) {
    pending.delete(key.text());
  }

  void arrives(Envelope envelope) {
    TestRecord<String, byte[]> record = Kitchen.test(envelope);
    arrives(Kitchen.TOPIC, record.key(), record.value(), record.headers());
  }

  void asked(Command command) {
    arrives("effects.commands.kitchen", "", CommandRecord.bytes(command), new RecordHeaders());
  }

  private void arrives(String topic, String key, byte[] value, Headers headers) {
    context.setRecordMetadata(topic, 0, arrived++);
    processor.process(new Record<>(key, value, clock.millis(), headers));
  }

  /** The same processor begins again, as Streams does after an error. */
  void revives() {
    closes();
    begins();
  }

  /** Another version begins with what this one has left. */
  void revives(Application other) {
    closes();
    processor = processor(other);
    begins();
  }

  void closes() {
    processor.close();
  }

  void begins() {
    reopens();
    commits();
  }

  /** It begins, and nothing of this life is committed yet. */
  void reopens() {
    context.setRecordMetadata(Kitchen.TOPIC, 0, arrived);
    processor.init(context);
  }

  void commits() {
    commits.happened();
  }

  /** Time passes, and the stream thread has its turns. */
  void passes(Duration time) {
    turns(time);
    for (int i = 0; i < TURNS; i++) {
      turns(Duration.ZERO);
    }
  }

  /** Time passes, and the stream thread has one turn. */
  void turns(Duration time) {
    clock.advance(time);
    context.scheduledPunctuators().getLast().getPunctuator().punctuate(clock.millis());
  }

  Watch watch() {
    return watch;
  }

  Rates rates() {
    return rates;
  }

  long pending() {
    return pending.approximateNumEntries();
  }

  @Override
  public void close() {
    processor.close();
    workers.close();
    done.close();
  }
}
