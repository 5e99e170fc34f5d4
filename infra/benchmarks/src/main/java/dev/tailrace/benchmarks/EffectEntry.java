package dev.tailrace.benchmarks;

import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;

/** One contestant under one load, from its start on a topic that is empty. */
final class EffectEntry implements Entry {

  private final Stage stage;
  private final String id;
  private final FreshTopics topics;
  private final Launch launch;
  private final Supplier<Status> status;
  private final EffectRecords records;
  private long wanted;

  /** What runs, and what its process is given. */
  record Launch(ServiceProcess.Program program, List<String> jvm, Map<String, String> environment) {

    Launch {
      jvm = List.copyOf(jvm);
      environment = Map.copyOf(environment);
    }
  }

  /**
   * @param status how far it is; asked by one thread
   * @param records the events that it is given
   */
  EffectEntry(
      Stage stage,
      String id,
      FreshTopics topics,
      Launch launch,
      Supplier<Status> status,
      EffectRecords records) {
    this.stage = stage;
    this.id = id;
    this.topics = topics;
    this.launch = launch;
    this.status = status;
    this.records = records;
  }

  /** What every process is told that follows events, each by its name without a prefix. */
  static Map<String, String> settings(Stage stage, String id, FreshTopics topics, int concurrency) {
    return Map.of(
        "KAFKA_BOOTSTRAP", stage.bootstrap(),
        "TOPIC_PREFIX", topics.prefix(),
        "INSTANCE", id,
        "STATE_DIR", stage.folder().resolve(id + ".state").toString(),
        "CONCURRENCY", Integer.toString(concurrency),
        "DB_URL", stage.postgres().jdbcUrl("postgres"),
        "DB_USER", stage.postgres().user(),
        "DB_TIMEOUT", "60s");
  }

  @Override
  public ServiceProcess start() throws IOException {
    return stage.start(id, launch.program(), launch.jvm(), launch.environment());
  }

  String prefix() {
    return topics.prefix();
  }

  Status status() {
    return status.get();
  }

  /** The event of this number, which was appended then. */
  ProducerRecord<byte[], byte[]> record(long number, String lane, Instant appended) {
    return records.of(number, lane, appended);
  }

  /** So many more effects are to be carried out. */
  void want(long more) {
    wanted += more;
  }

  /** How many of those that are to be carried out are not. */
  long missing() {
    return wanted - status().settled();
  }

  /** Returns when all are carried out; false when they are not within the limit. */
  boolean awaitAll(Duration limit, ServiceProcess process) {
    long end = System.nanoTime() + limit.toNanos();
    Await.until(
        "all effects of " + id + ", or " + limit.toSeconds() + " s",
        limit.plusSeconds(10),
        () -> {
          if (!process.isAlive()) {
            throw new IllegalStateException(id + " has ended; it printed: " + process.printed());
          }
          return hasEnded() || System.nanoTime() > end;
        });
    return hasEnded();
  }

  @Override
  public boolean hasBegun() {
    return status().begun() > 0;
  }

  @Override
  public boolean hasEnded() {
    return missing() <= 0;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Optional<Output> output() {
    return Optional.empty();
  }

  @Override
  public void close() {
    topics.delete();
  }
}
