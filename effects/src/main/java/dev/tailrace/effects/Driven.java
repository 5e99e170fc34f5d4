package dev.tailrace.effects;

import dev.tailrace.contracts.event.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/** An application in Streams' test driver: its attempts run in the thread of whoever drives it. */
final class Driven implements AutoCloseable {

  private static final Duration TICK = Duration.ofMillis(10);

  /** An effect's way from its arrival to its end takes some. */
  private static final int TICKS = 10;

  private final Application application;
  private final Topics topics;
  private final DoneRecords done;
  private final Workers workers;
  private final Commits commits = new Commits();
  private final Instance shared;
  private final TopologyTestDriver driver;

  /**
   * Begins to run.
   *
   * @param concurrency how many attempts there may be at once; with one nothing is lent
   */
  Driven(
      Application application,
      DataSource database,
      Clock clock,
      Path state,
      MeterRegistry meters,
      int concurrency) {
    this.application = application;
    this.topics = new Topics("");
    this.done = new DoneRecords(database);
    this.workers = new Workers(Runnable::run, concurrency);
    this.shared = instance(clock, meters);
    EffectGauges.register(meters, application.name(), shared);
    var settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, application.name() + "-" + UUID.randomUUID());
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    driver =
        new TopologyTestDriver(
            EffectTopology.of(
                application,
                topics,
                EffectTopology.keptAcross(application).isPresent(),
                () -> new EffectProcessor(shared)),
            settings,
            clock.instant());
    commits.happened();
  }

  private Instance instance(Clock clock, MeterRegistry meters) {
    return new Instance(
        new Consumers(application.consumers()),
        new Attempts(done, new Breakers(clock), new Rates(clock, 1)),
        workers,
        new Memory(),
        commits,
        new Output(application.name(), topics, "/tailrace/test"),
        new EffectMeters(meters, application.name()),
        new Watch(),
        clock,
        () -> 0);
  }

  /** What all its tasks share. */
  Instance shared() {
    return shared;
  }

  Topics topics() {
    return topics;
  }

  /** A record comes, and what it leads to is begun. */
  void pipe(String topic, TestRecord<String, byte[]> record) {
    driver
        .createInputTopic(topic, new StringSerializer(), new ByteArraySerializer())
        .pipeInput(record);
  }

  /** What comes meanwhile is begun afterwards: all of it is there then. */
  void together(Runnable arrivals) {
    int taken = 0;
    while (workers.tryTake(false)) {
      taken++;
    }
    arrivals.run();
    for (int i = 0; i < taken; i++) {
      workers.giveBack();
    }
  }

  /** Lets the stream thread have its turns, until nothing more happens by itself. */
  void passes(Duration time) {
    // Of Kafka there is nothing here: what is written counts as committed.
    commits.happened();
    driver.advanceWallClockTime(time);
    for (int i = 0; i < TICKS; i++) {
      driver.advanceWallClockTime(TICK);
    }
  }

  /** What has been written to a topic since it was last read. */
  List<TestRecord<String, byte[]>> read(String topic) {
    return driver
        .createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  KeyValueStore<String, byte[]> pending() {
    return driver.getKeyValueStore(EffectProcessor.PENDING);
  }

  @Override
  public void close() {
    driver.close();
    workers.close();
    done.close();
  }
}
