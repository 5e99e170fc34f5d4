package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.KitchenEvent.TaskReleased;
import dev.tailrace.contracts.event.Topics;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Streams closes and opens a task with one and the same processor after an error: nothing may be
 * left of its former life.
 */
class RevivedTaskIT {

  private final SettableClock clock = new SettableClock();
  private final MockProcessorContext<String, byte[]> context = new MockProcessorContext<>();
  private final Workers workers = new Workers(Runnable::run, 1);
  private final Commits commits = new Commits();
  private final Rates rates = new Rates(clock, 2);
  private final Watch watch = new Watch();
  private final List<Integer> attempts = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();
  private Optional<DoneRecords> done = Optional.empty();
  private TestDatabase database;
  private KeyValueStore<String, byte[]> store;
  private EffectProcessor processor;

  @BeforeEach
  void open() throws SQLException {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    store = inMemory(EffectProcessor.PENDING);
    inMemory(EffectProcessor.PAUSED);
    inMemory(EffectProcessor.LIVES);
    context.setRecordMetadata(Kitchen.TOPIC, 0, 0);
    var application = new Application("kitchen");
    application
        .consumer("ring")
        .on(TaskClaimed.class)
        .formerly("bell")
        .handle(
            effect -> {
              attempts.add(effect.attempt());
              keys.add(effect.idempotencyKey());
              return Outcome.done("");
            });
    application
        .consumer("tell")
        .on(TaskReleased.class)
        .retry(Backoff.schedule("5s*9").jitter(0))
        .batchAll()
        .handleBatch(
            batch -> {
              keys.add(batch.size() + " " + batch.idempotencyKey());
              return batch.size() > 1 && keys.size() == 1
                  ? Outcome.retry("busy")
                  : Outcome.done("");
            });
    processor =
        new EffectProcessor(
            new Instance(
                new Consumers(application.consumers()),
                new Attempts(done(), new Breakers(clock), rates),
                workers,
                new Memory(),
                commits,
                new Output("kitchen", new Topics(""), "/tailrace/test"),
                new EffectMeters(new SimpleMeterRegistry(), "kitchen"),
                watch,
                clock,
                () -> 0));
    processor.init(context);
    commits.happened();
  }

  private DoneRecords done() {
    done = Optional.of(new DoneRecords(database.dataSource()));
    return done.get();
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

  @AfterEach
  void close() {
    processor.close();
    workers.close();
    done.ifPresent(DoneRecords::close);
    database.close();
  }

  private void arrives(int number) {
    arrives(Kitchen.claimed(number, "a"));
  }

  private void arrives(Envelope envelope) {
    TestRecord<String, byte[]> record = Kitchen.test(envelope);
    processor.process(new Record<>(record.key(), record.value(), clock.millis(), record.headers()));
  }

  private void turns() {
    clock.advance(Duration.ofSeconds(1));
    context.scheduledPunctuators().getLast().getPunctuator().punctuate(clock.millis());
  }

  @Test
  void anOutcomeThatWasNotRecordedDoesNotStopItsLane() {
    arrives(1);
    assertThat(attempts).hasSize(1);
    processor.close();
    processor.init(context);
    commits.happened();
    arrives(2);
    turns();
    turns();

    assertThat(attempts)
        .as("the first is looked at again and found done, then the second runs")
        .hasSize(2);
    assertThat(database.count("select count(*) from effect_done")).isEqualTo(2);
    assertThat(store.approximateNumEntries()).isZero();
  }

  @Test
  void aBatchThatFailedIsCalledAgainAsItWas() {
    processor.close();
    processor.init(context);
    arrives(Kitchen.released(1, "a"));
    arrives(Kitchen.released(2, "b"));
    arrives(Kitchen.released(3, "a"));
    commits.happened();
    turns();
    turns();
    assertThat(keys).singleElement().asString().startsWith("3 ");

    processor.close();
    processor.init(context);
    commits.happened();
    arrives(Kitchen.released(4, "a"));
    arrives(Kitchen.released(5, "c"));
    for (int i = 0; i < 8; i++) {
      turns();
    }
    assertThat(keys).hasSize(4);
    assertThat(keys.get(1)).startsWith("1 ");
    assertThat(keys.get(2)).isEqualTo(keys.get(0));
    assertThat(keys.get(3)).startsWith("1 ");
    assertThat(store.approximateNumEntries()).isZero();
  }

  @Test
  void whatWasPendingUnderAFormerNameGoesOnInItsPlaceUnderTheSameIdempotencyKey() {
    Envelope first = Kitchen.claimed(1, "a");
    var left = new EffectKey("bell", "a", first.seq(), first.id(), "");
    store.put(left.text(), PendingFormat.write(PendingEffect.first(first, clock.instant())));
    processor.close();
    processor.init(context);
    commits.happened();
    arrives(2);
    turns();
    turns();

    assertThat(keys).containsExactly(Kitchen.id(1) + ":bell", Kitchen.id(2) + ":ring");
    assertThat(store.approximateNumEntries()).isZero();
  }

  @Test
  void whatWasDoneUnderAFormerNameIsNotDoneAgain() {
    database.execute(
        "insert into effect_done (event_id, consumer, outcome) values ('%s', 'bell', 'done')"
            .formatted(Kitchen.id(1)));
    arrives(1);
    turns();

    assertThat(keys).isEmpty();
    assertThat(store.approximateNumEntries()).isZero();
  }

  @Test
  void aPauseUnderAFormerNameIsThatOfTheConsumer() {
    context.setRecordMetadata("effects.commands.kitchen", 0, 0);
    var pause = new Command.Pause(Scope.ofConsumer("bell"), "ann", "repairs");
    processor.process(new Record<>("", CommandRecord.bytes(pause), clock.millis()));
    context.setRecordMetadata(Kitchen.TOPIC, 0, 1);
    arrives(1);
    turns();

    assertThat(keys).isEmpty();
  }

  @Test
  void whatIsPausedStaysPaused() {
    context.setRecordMetadata("effects.commands.kitchen", 0, 0);
    var pause = new Command.Pause(Scope.ofConsumer("ring"), "ann", "repairs");
    processor.process(new Record<>("", CommandRecord.bytes(pause), clock.millis()));
    processor.close();
    processor.init(context);
    commits.happened();
    context.setRecordMetadata(Kitchen.TOPIC, 0, 1);
    arrives(1);
    turns();

    assertThat(attempts).isEmpty();
    assertThat(store.approximateNumEntries()).isOne();
  }

  @Test
  void aTaskHasItsShareOfTheRatesWhileItIsOpen() {
    assertThat(rates.tasks()).isOne();
    processor.close();
    assertThat(rates.tasks()).isZero();

    processor.init(context);
    assertThat(rates.tasks()).isOne();
  }

  @Test
  void whatIsPendingIsCountedWhileItsTaskIsOpenAndAgesOverARestart() {
    Instant came = clock.instant();
    arrives(1);
    clock.advance(Duration.ofMinutes(5));
    assertThat(watch.open()).hasSize(1);
    processor.close();
    assertThat(watch.open()).isEmpty();

    processor.init(context);
    assertThat(watch.open())
        .singleElement()
        .satisfies(
            task -> {
              assertThat(task.tally().pending("ring")).isOne();
              assertThat(task.tally().oldest("ring")).contains(came);
              assertThat(task.tally().lanes("ring", Standing.READY)).isOne();
            });
  }

  @Test
  void whatWasRolledBackIsForgotten() {
    arrives(1);
    processor.close();
    store.delete(new EffectKey("ring", "a", "%019d".formatted(1), Kitchen.id(1), "").text());
    processor.init(context);
    commits.happened();
    turns();

    arrives(1);
    turns();
    assertThat(store.approximateNumEntries()).isZero();
  }
}
