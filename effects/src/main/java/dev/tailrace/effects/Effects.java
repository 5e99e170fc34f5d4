package dev.tailrace.effects;

import dev.tailrace.contracts.service.Service;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer application at work: Kafka Streams around the effect processor, and the workers beside
 * it.
 */
public final class Effects implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Effects.class);
  private static final Duration TOPICS_LIMIT = Duration.ofSeconds(60);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final KafkaStreams streams;
  private final Workers workers;
  private final DoneRecords done;

  private Effects(KafkaStreams streams, Workers workers, DoneRecords done) {
    this.streams = streams;
    this.workers = workers;
    this.done = done;
  }

  /**
   * Starts the application: waits for its input topics, makes its output topics, and runs. It is
   * part of the service from then on: ready while Streams runs and the record of what is done
   * answers, live unless Streams can't go on or one of its threads hangs. The admin port shows the
   * lanes at {@code /effects/lanes}.
   *
   * @param database where the handlers' transactions and the done records go
   */
  public static Effects start(
      Application application,
      EffectsConfig config,
      DataSource database,
      Service service,
      Clock clock)
      throws ExecutionException, InterruptedException {
    application.check();
    List<String> inputs = EffectTopology.inputs(application, config.topics());
    int partitions;
    boolean hasAcross;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", config.bootstrapServers()))) {
      var topics = new ApplicationTopics(admin, clock);
      partitions = topics.awaitInputs(inputs, TOPICS_LIMIT);
      topics.makeOutputs(config.topics(), application.name(), partitions);
      hasAcross =
          topics.makeAcross(
              config.topics().across(application.name()),
              EffectTopology.keptAcross(application),
              partitions);
    }
    var commits = new Commits();
    var workers = Workers.virtual(config.concurrency());
    var consumers = new Consumers(application.consumers());
    var done = new DoneRecords(database);
    var attempts = new Attempts(done, new Breakers(clock), new Rates(clock, partitions));
    var output = new Output(application.name(), config.topics(), config.source());
    var meters = new EffectMeters(service.meters(), application.name());
    var shared =
        new Instance(
            consumers,
            attempts,
            workers,
            new Memory(),
            commits,
            output,
            meters,
            new Watch(),
            clock,
            () -> ThreadLocalRandom.current().nextDouble());
    Topology topology =
        EffectTopology.of(
            application, config.topics(), hasAcross, () -> new EffectProcessor(shared));
    var streams =
        new KafkaStreams(
            topology,
            StreamsSettings.of(application, config),
            new StreamsClients(commits, workers::areBusy));
    supervise(streams, service);
    var effects = service.with(new Effects(streams, workers, done));
    EffectGauges.register(service.meters(), application.name(), shared);
    watch(streams, shared, service);
    service.page(
        LanesPage.PATH,
        new LanesPage(application.name(), partitions, shared, () -> tasks(streams)));
    streams.start();
    log.atInfo()
        .addKeyValue("application", application.name())
        .addKeyValue("consumers", consumers.names())
        .log("consuming");
    return effects;
  }

  /** Streams first: it closes the tasks, and with them whatever runs for them. */
  @Override
  public void close() {
    streams.close(CLOSE_LIMIT);
    workers.close();
    done.close();
  }

  /**
   * A thread that died is replaced, unless many died lately: then the process is better started
   * anew.
   */
  private static void supervise(KafkaStreams streams, Service service) {
    var replaced = new ReplacedThreads();
    streams.setUncaughtExceptionHandler(
        e -> {
          if (replaced.mayReplace()) {
            log.atError().setCause(e).log("a stream thread died and is replaced");
            return StreamThreadExceptionResponse.REPLACE_THREAD;
          }
          service.fail(e);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    streams.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.ERROR) {
            service.fail(new IllegalStateException("Kafka Streams is in state ERROR"));
          }
        });
  }

  private static void watch(KafkaStreams streams, Instance shared, Service service) {
    var health = new StreamsHealth(streams::state, shared.watch(), shared.clock());
    service.health().live("streams", health::problemOfLife);
    service.health().ready("streams", health::problem);
    service.health().ready("effect_done", shared.attempts().done()::problem);
  }

  /** Those that the instance has, also while their state is restored. */
  private static Set<Integer> tasks(KafkaStreams streams) {
    return streams.state().isRunningOrRebalancing()
        ? streams.metadataForLocalThreads().stream()
            .flatMap(thread -> thread.activeTasks().stream())
            .map(task -> task.taskId().partition())
            .collect(Collectors.toSet())
        : Set.of();
  }
}
