package dev.tailrace.relay;

import dev.tailrace.contracts.event.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics that the relay writes, made from the catalogue before anything is sent.
 *
 * <p>A topic that is there already stays as it is; one with another number of partitions is told
 * of, since an aggregate should lie on the same partition everywhere.
 */
final class KafkaTopics {

  private static final Logger log = LoggerFactory.getLogger(KafkaTopics.class);
  private static final String MAX_RECORD_BYTES = Integer.toString(4 << 20);
  private static final Duration REALTIME_RETENTION = Duration.ofDays(7);
  private static final Duration QUARANTINE_RETENTION = Duration.ofDays(90);

  private static final Duration KNOWN = Duration.ofSeconds(15);
  private static final Duration ASK_AGAIN = Duration.ofMillis(100);
  private static final int MOST_COPIES = 3;

  private KafkaTopics() {}

  /**
   * Makes those that are missing; returns when each partition can be written to.
   *
   * @throws KafkaException when Kafka is away or refuses
   * @throws InterruptedException when the relay is stopped meanwhile
   */
  static void make(RelayConfig.Kafka config, StopSignal stop) throws InterruptedException {
    make(config, Wanted::topics, stop);
  }

  /**
   * Makes those that are known only once there is an event for them, such as the deliveries of a
   * configured sender.
   *
   * @throws KafkaException when Kafka is away or refuses
   * @throws InterruptedException when the relay is stopped meanwhile
   */
  static void make(RelayConfig.Kafka config, Collection<Route> routes, StopSignal stop)
      throws InterruptedException {
    make(config, wanted -> wanted.events(routes), stop);
  }

  /**
   * Whether there is nothing left to {@link #make}.
   *
   * @throws KafkaException when Kafka is away or refuses
   */
  static boolean areMade(RelayConfig.Kafka config) throws InterruptedException {
    try (Admin admin = admin(config)) {
      return get(admin.listTopics().names())
          .containsAll(Wanted.of(config, admin).topics().keySet());
    }
  }

  private static Admin admin(RelayConfig.Kafka config) {
    return Admin.create(
        Map.of(
            "bootstrap.servers", config.bootstrap(),
            "request.timeout.ms", 10_000,
            "default.api.timeout.ms", 15_000));
  }

  private static void make(
      RelayConfig.Kafka config, Function<Wanted, Map<String, NewTopic>> choice, StopSignal stop)
      throws InterruptedException {
    try (Admin admin = admin(config)) {
      Map<String, NewTopic> wanted = choice.apply(Wanted.of(config, admin));
      Collection<String> there = get(admin.listTopics().names());
      create(admin, wanted.values().stream().filter(it -> !there.contains(it.name())).toList());
      Map<String, TopicDescription> made = awaitWritable(admin, wanted.keySet(), stop);
      made.forEach((name, topic) -> warnOfDifferences(topic, wanted.get(name)));
    }
  }

  /** What survives the loss of a disk, where there is another. */
  static int byBrokers(int brokers) {
    return Math.clamp(brokers, 1, MOST_COPIES);
  }

  private record Wanted(RelayConfig.Kafka config, int replication) {

    static Wanted of(RelayConfig.Kafka config, Admin admin) throws InterruptedException {
      int brokers = get(admin.describeCluster().nodes()).size();
      return new Wanted(config, config.replication().orElse(byBrokers(brokers)));
    }

    Map<String, NewTopic> topics() {
      Topics names = config.topics();
      Map<String, NewTopic> wanted = events(Routes.catalogued(names));
      String realtime = names.realtimeOutbox();
      wanted.put(realtime, events(realtime, REALTIME_RETENTION));
      wanted.put(names.relayPositions(), positions(names.relayPositions()));
      String quarantine = names.relayQuarantine();
      wanted.put(quarantine, topic(quarantine, 1, retention(QUARANTINE_RETENTION)));
      return wanted;
    }

    Map<String, NewTopic> events(Collection<Route> routes) {
      var wanted = new TreeMap<String, NewTopic>();
      for (Route route : routes) {
        wanted.put(route.topic(), events(route.topic(), route.retention()));
      }
      return wanted;
    }

    private NewTopic events(String name, Duration retention) {
      return topic(name, config.partitions(), retention(retention));
    }

    private static Map<String, String> retention(Duration retention) {
      return Map.of("retention.ms", Long.toString(retention.toMillis()));
    }

    /** Small segments: only closed ones are compacted, and each start reads what is left. */
    private NewTopic positions(String name) {
      return topic(
          name,
          1,
          Map.of(
              "cleanup.policy", "compact",
              "segment.bytes", Integer.toString(4 << 20),
              "min.cleanable.dirty.ratio", "0.1"));
    }

    private NewTopic topic(String name, int partitions, Map<String, String> particulars) {
      var settings = new HashMap<>(particulars);
      settings.put("max.message.bytes", MAX_RECORD_BYTES);
      settings.put("compression.type", "producer");
      settings.put("min.insync.replicas", Integer.toString(Math.max(1, replication - 1)));
      return new NewTopic(name, partitions, (short) replication).configs(settings);
    }
  }

  private static void warnOfDifferences(TopicDescription there, @Nullable NewTopic wanted) {
    if (wanted == null) {
      return;
    }
    int copies = there.partitions().stream().mapToInt(it -> it.replicas().size()).min().orElse(0);
    if (copies < wanted.replicationFactor()) {
      log.atWarn()
          .addKeyValue("topic", there.name())
          .addKeyValue("copies", copies)
          .addKeyValue("wanted", wanted.replicationFactor())
          .log("a topic is on fewer brokers than it could be");
    }
    if (there.partitions().size() != wanted.numPartitions()) {
      log.atWarn()
          .addKeyValue("topic", there.name())
          .addKeyValue("partitions", there.partitions().size())
          .addKeyValue("configured", wanted.numPartitions())
          .log("a topic has another number of partitions than configured");
    }
  }

  private static void create(Admin admin, List<NewTopic> topics) throws InterruptedException {
    for (var made : admin.createTopics(topics).values().entrySet()) {
      try {
        get(made.getValue());
        log.atInfo().addKeyValue("topic", made.getKey()).log("made a topic");
      } catch (TopicExistsException e) {
        log.atDebug().addKeyValue("topic", made.getKey()).log("somebody else made it");
      }
    }
  }

  /**
   * KAFKA-15591: what is sent to a fresh partition before it has answered once can be lost. The
   * brokers learn of a new topic one by one, and say that it is unknown until then.
   */
  private static Map<String, TopicDescription> awaitWritable(
      Admin admin, Collection<String> names, StopSignal stop) throws InterruptedException {
    long deadline = System.nanoTime() + KNOWN.toNanos();
    while (true) {
      try {
        Map<String, TopicDescription> topics = get(admin.describeTopics(names).allTopicNames());
        askEnds(admin, topics.values());
        return topics;
      } catch (UnknownTopicOrPartitionException e) {
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
        if (stop.within(ASK_AGAIN)) {
          throw new InterruptedException("stopped before the topics were there");
        }
      }
    }
  }

  private static void askEnds(Admin admin, Collection<TopicDescription> topics)
      throws InterruptedException {
    Map<TopicPartition, OffsetSpec> latest =
        topics.stream()
            .flatMap(
                topic ->
                    topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
            .collect(Collectors.toMap(partition -> partition, _ -> OffsetSpec.latest()));
    get(admin.listOffsets(latest).all());
  }

  private static <T> T get(KafkaFuture<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
    }
  }
}
