package dev.tailrace.relay;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics that the relay writes, made from the catalogue before anything is sent.
 *
 * <p>A topic that is there already stays as it is; one with another number of partitions is told
 * of, since an aggregate should lie on the same partition everywhere.
 */
public final class KafkaTopics {

  private static final Logger log = LoggerFactory.getLogger(KafkaTopics.class);
  private static final String MAX_RECORD_BYTES = Integer.toString(4 << 20);
  private static final Duration REALTIME_RETENTION = Duration.ofDays(7);

  private KafkaTopics() {}

  /**
   * Makes those that are missing; returns when each partition can be written to.
   *
   * @throws KafkaException when Kafka is away or refuses
   */
  public static void make(RelayConfig.Kafka config) throws InterruptedException {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", config.bootstrap(),
            "request.timeout.ms", 10_000,
            "default.api.timeout.ms", 15_000);
    try (Admin admin = Admin.create(settings)) {
      Map<String, NewTopic> wanted = wanted(config);
      Collection<String> there = get(admin.listTopics().names());
      for (NewTopic topic : wanted.values()) {
        if (!there.contains(topic.name())) {
          create(admin, topic);
        }
      }
      Map<String, TopicDescription> made =
          get(admin.describeTopics(wanted.keySet()).allTopicNames());
      made.forEach((name, topic) -> warnOfOtherPartitions(topic, wanted.get(name)));
      awaitWritable(admin, made.values());
    }
  }

  private static Map<String, NewTopic> wanted(RelayConfig.Kafka config) {
    Topics names = config.topics();
    var wanted = new TreeMap<String, NewTopic>();
    for (EventType<?> type : Catalogue.types()) {
      String name = names.events(type);
      wanted.put(name, events(config, name, type.retention()));
    }
    String realtime = names.realtimeOutbox();
    wanted.put(realtime, events(config, realtime, REALTIME_RETENTION));
    wanted.put(names.relayPositions(), positions(config, names.relayPositions()));
    return wanted;
  }

  private static NewTopic events(RelayConfig.Kafka config, String name, Duration retention) {
    return topic(
        config,
        name,
        config.partitions(),
        Map.of("retention.ms", Long.toString(retention.toMillis())));
  }

  /** Small segments: only closed ones are compacted, and each start reads what is left. */
  private static NewTopic positions(RelayConfig.Kafka config, String name) {
    return topic(
        config,
        name,
        1,
        Map.of(
            "cleanup.policy", "compact",
            "segment.bytes", Integer.toString(4 << 20),
            "min.cleanable.dirty.ratio", "0.1"));
  }

  private static NewTopic topic(
      RelayConfig.Kafka config, String name, int partitions, Map<String, String> particulars) {
    var settings = new HashMap<>(particulars);
    settings.put("max.message.bytes", MAX_RECORD_BYTES);
    settings.put("compression.type", "producer");
    settings.put("min.insync.replicas", Integer.toString(Math.max(1, config.replication() - 1)));
    return new NewTopic(name, Optional.of(partitions), Optional.of((short) config.replication()))
        .configs(settings);
  }

  private static void warnOfOtherPartitions(TopicDescription there, @Nullable NewTopic wanted) {
    if (wanted != null && there.partitions().size() != wanted.numPartitions()) {
      log.atWarn()
          .addKeyValue("topic", there.name())
          .addKeyValue("partitions", there.partitions().size())
          .addKeyValue("configured", wanted.numPartitions())
          .log("a topic has another number of partitions than configured");
    }
  }

  private static void create(Admin admin, NewTopic topic) throws InterruptedException {
    try {
      get(admin.createTopics(List.of(topic)).all());
      log.atInfo().addKeyValue("topic", topic.name()).log("made a topic");
    } catch (TopicExistsException e) {
      log.atDebug().addKeyValue("topic", topic.name()).log("somebody else made it");
    }
  }

  /** KAFKA-15591: what is sent to a fresh partition before it has answered once can be lost. */
  private static void awaitWritable(Admin admin, Collection<TopicDescription> topics)
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
