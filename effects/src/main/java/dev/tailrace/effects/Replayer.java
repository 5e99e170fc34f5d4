package dev.tailrace.effects;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Topics;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Copies events of the past, as far as Kafka holds them, to where an application follows them once
 * more: {@code replay.<application>}. {@link #plan} tells before what would come of it.
 *
 * <p>The application need not run meanwhile, but must have run before: it makes that topic.
 */
public final class Replayer {

  private static final Duration TELL_EVERY = Duration.ofSeconds(1);
  private static final int MOST_PER_SECOND = 1_000_000;

  private final Application application;
  private final Topics topics;
  private final Map<String, Object> kafka;
  private final DataSource database;
  private final Clock clock;

  /**
   * A replayer of this application.
   *
   * @param kafka how the brokers are reached, such as {@code bootstrap.servers}
   * @param database where {@code effect_done} is
   */
  public Replayer(
      Application application,
      Topics topics,
      Map<String, Object> kafka,
      DataSource database,
      Clock clock) {
    this.application = application;
    this.topics = topics;
    this.kafka = Map.copyOf(kafka);
    this.database = database;
    this.clock = clock;
  }

  /** Is told how far a run is, about once a second and at its end. */
  @FunctionalInterface
  public interface Listener {
    void told(Progress progress);
  }

  /**
   * How far a run is.
   *
   * @param read records of the inputs, chosen or not
   * @param toRead how many there are, a few more than will be read
   * @param copied how many events Kafka has taken
   */
  public record Progress(long read, long toRead, long copied) {}

  /**
   * What a run did.
   *
   * @param copied events
   * @param notChosen events that were read and left out
   * @param noEvents records that are none, and were left out
   * @param isCutOff whether Kafka may hold no longer all that was asked for
   * @param isWhole whether it went to the end, and was not interrupted
   */
  public record Report(
      String replay,
      long copied,
      long notChosen,
      long noEvents,
      boolean isCutOff,
      boolean isWhole) {}

  /**
   * Tells what {@link #run} would do now; changes nothing.
   *
   * @param perSecond events, 1 to 1 000 000
   * @throws IllegalArgumentException with all that is wrong with what is asked for
   * @throws IllegalStateException when a topic is missing
   */
  public ReplayPlan plan(ReplaySelection which, Replay replay, int perSecond)
      throws SQLException, ExecutionException, InterruptedException {
    check(which, replay, perSecond);
    try (var done = new DoneRecords(database);
        Past past = open(which, replay)) {
      var planning =
          new Planning(replay, replay.among(application.consumers()), done, clock.instant());
      for (var next = past.next(); next.isPresent(); next = past.next()) {
        planning.add(next.get());
      }
      return planning.plan(past, perSecond);
    }
  }

  /**
   * Copies all that is chosen and in Kafka by now. It ends early when the thread is interrupted,
   * between two events; the thread is interrupted still when it answers.
   *
   * @param perSecond events, 1 to 1 000 000
   * @throws IllegalArgumentException with all that is wrong with what is asked for
   * @throws IllegalStateException when a topic is missing
   * @throws ExecutionException when Kafka did not take one; run again under the same id it does no
   *     harm
   */
  public Report run(ReplaySelection which, Replay replay, int perSecond, Listener listener)
      throws ExecutionException, InterruptedException {
    check(which, replay, perSecond);
    Report report;
    try (Past past = open(which, replay);
        var copies = new Copies(producer(), topics.replay(application.name()), replay, clock)) {
      boolean isWhole = copy(past, copies, new Metronome(perSecond), listener);
      copies.flush();
      listener.told(new Progress(past.read(), past.size(), copies.written()));
      long notChosen = past.read() - past.noEvents() - copies.written();
      report =
          new Report(
              replay.id(), copies.written(), notChosen, past.noEvents(), past.isCutOff(), isWhole);
    }
    if (!report.isWhole()) {
      Thread.currentThread().interrupt();
    }
    return report;
  }

  /** Answers whether it came to the end; the thread is not interrupted any more. */
  private static boolean copy(Past past, Copies copies, Metronome beats, Listener listener)
      throws ExecutionException {
    long told = System.nanoTime();
    try {
      for (var next = past.next(); next.isPresent() && beats.await(); next = past.next()) {
        copies.add(next.get().record());
        if (System.nanoTime() - told > TELL_EVERY.toNanos()) {
          listener.told(new Progress(past.read(), past.size(), copies.written()));
          told = System.nanoTime();
        }
      }
    } catch (InterruptException e) {
      // Kafka has interrupted the thread again.
    }
    return !Thread.interrupted();
  }

  /** All at once. */
  private void check(ReplaySelection which, Replay replay, int perSecond) {
    application.check();
    var problems = new ArrayList<String>();
    checkConsumers(replay, problems);
    List<Consumer<?>> its = replay.among(application.consumers());
    for (String type : which.types()) {
      if (Catalogue.find(type).filter(t -> its.stream().anyMatch(c -> c.follows(t))).isEmpty()) {
        problems.add("type '%s': none of the consumers that it is for follows it".formatted(type));
      }
    }
    which
        .from()
        .filter(from -> which.to().filter(to -> !from.isBefore(to)).isPresent())
        .ifPresent(from -> problems.add("from %s: it is not before to".formatted(from)));
    if (perSecond < 1 || perSecond > MOST_PER_SECOND) {
      problems.add("%d a second: 1 to %d".formatted(perSecond, MOST_PER_SECOND));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          application.name() + " can't replay that:\n  " + String.join("\n  ", problems));
    }
  }

  private void checkConsumers(Replay replay, List<String> problems) {
    for (String name : replay.consumers()) {
      Optional<Consumer<?>> its =
          application.consumers().stream()
              .filter(each -> each.name().equals(name) || each.formerNames().contains(name))
              .findFirst();
      if (its.isEmpty()) {
        problems.add(
            "consumer '%s': there are %s"
                .formatted(name, application.consumers().stream().map(Consumer::name).toList()));
      } else if (!replay.allows(its.get())) {
        problems.add("consumer '%s': %s".formatted(name, remedy(replay.mode())));
      }
    }
    if (replay.consumers().isEmpty() && replay.among(application.consumers()).isEmpty()) {
      problems.add(
          "mode %s: no consumer is for it: %s".formatted(replay.mode(), remedy(replay.mode())));
    }
  }

  private static String remedy(ReplayMode mode) {
    return switch (mode) {
      case FILL -> "of what is idempotentByRow no record tells what is done: use the mode PROJECT";
      case PROJECT -> "only what is idempotentByRow is projected: use the mode FILL";
      case FORCE -> "only what was registered with mayBeForced() is repeated: use the mode FILL";
    };
  }

  private Past open(ReplaySelection which, Replay replay)
      throws ExecutionException, InterruptedException {
    List<String> inputs = EffectTopology.inputs(application, topics);
    int partitions;
    try (Admin admin = Admin.create(kafka)) {
      partitions = new ApplicationTopics(admin, clock).awaitInputs(inputs, Duration.ofSeconds(-1));
      checkTarget(admin, partitions);
    }
    KafkaConsumer<byte[], byte[]> consumer = consumer();
    try {
      return new Past(consumer, inputs, partitions, which, replay.among(application.consumers()));
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /** What no application reads would be lost there. */
  private void checkTarget(Admin admin, int partitions)
      throws ExecutionException, InterruptedException {
    String target = topics.replay(application.name());
    int its;
    try {
      its =
          admin.describeTopics(List.of(target)).allTopicNames().get().values().stream()
              .mapToInt(topic -> topic.partitions().size())
              .sum();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new IllegalStateException(
            "%s is missing: %s makes it when it starts, start it in this version once"
                .formatted(target, application.name()),
            e);
      }
      throw e;
    }
    if (its != partitions) {
      throw new IllegalStateException(
          "%s has %d partitions and the inputs have %d: they must have as many"
              .formatted(target, its, partitions));
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    var settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private KafkaProducer<byte[], byte[]> producer() {
    var settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 4 << 20);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
