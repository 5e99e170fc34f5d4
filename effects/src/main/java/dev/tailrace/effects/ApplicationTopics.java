package dev.tailrace.effects;

import dev.tailrace.contracts.event.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics around an application: it waits for those that it reads (the relay makes them) and
 * makes those that it writes.
 */
final class ApplicationTopics {

  private static final Logger log = LoggerFactory.getLogger(ApplicationTopics.class);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
  private static final String MAX_RECORD_BYTES = Integer.toString(4 << 20);
  private static final String ONE_DAY = Long.toString(Duration.ofDays(1).toMillis());
  private static final String SEVEN_DAYS = Long.toString(Duration.ofDays(7).toMillis());
  private static final String NINETY_DAYS = Long.toString(Duration.ofDays(90).toMillis());

  private final Admin admin;
  private final Clock clock;

  ApplicationTopics(Admin admin, Clock clock) {
    this.admin = admin;
    this.clock = clock;
  }

  /**
   * Answers when every input is there.
   *
   * @throws IllegalStateException naming those that are still missing after the limit: a missing
   *     topic would stop Streams
   */
  int awaitInputs(List<String> inputs, Duration limit)
      throws ExecutionException, InterruptedException {
    Instant end = clock.instant().plus(limit);
    Set<String> missing = missing(inputs);
    while (!missing.isEmpty()) {
      if (clock.instant().isAfter(end)) {
        throw new IllegalStateException(
            "topics are missing: "
                + missing
                + "; cdc-relay makes them, is it running on this cluster?");
      }
      log.atInfo().addKeyValue("missing", missing).log("waiting for topics");
      pause();
      missing = missing(inputs);
    }
    return partitionsOf(inputs);
  }

  /**
   * Makes the topics that the application writes, and those that are its alone to read, with as
   * many partitions as the inputs, where they are not there.
   */
  void makeOutputs(Topics topics, String application, int partitions)
      throws ExecutionException, InterruptedException {
    short replication = replicationOf();
    make(new NewTopic(topics.attempts(), partitions, replication), Map.of());
    make(
        new NewTopic(topics.dead(application), partitions, replication),
        Map.of("retention.ms", NINETY_DAYS));
    make(
        new NewTopic(topics.wakes(application), partitions, replication),
        Map.of("retention.ms", ONE_DAY));
    make(
        new NewTopic(topics.commands(application), partitions, replication),
        Map.of("retention.ms", NINETY_DAYS));
    make(
        new NewTopic(topics.replay(application), partitions, replication),
        Map.of("retention.ms", SEVEN_DAYS));
  }

  /**
   * Makes the topic of lanes across Kafka keys where the application needs it; one that is left by
   * an earlier version is read to its end. Answers whether it is there.
   *
   * @param kept how long its records are kept, if it is needed
   * @throws IllegalStateException when it is there with another number of partitions
   */
  boolean makeAcross(String topic, Optional<Duration> kept, int partitions)
      throws ExecutionException, InterruptedException {
    if (kept.isPresent()) {
      make(
          new NewTopic(topic, partitions, replicationOf()),
          Map.of("retention.ms", Long.toString(kept.get().toMillis())));
      // Also if another instance made it: the broker that is asked may not know it yet.
      while (!missing(List.of(topic)).isEmpty()) {
        pause();
      }
    }
    if (!missing(List.of(topic)).isEmpty()) {
      return false;
    }
    int its = partitionsOf(List.of(topic));
    if (its != partitions) {
      throw new IllegalStateException(
          "%s has %d partitions, and the topics that the application reads have %d: delete it when it is empty, and start again"
              .formatted(topic, its, partitions));
    }
    return true;
  }

  private void make(NewTopic topic, Map<String, String> settings)
      throws ExecutionException, InterruptedException {
    var config = new HashMap<>(settings);
    config.put("max.message.bytes", MAX_RECORD_BYTES);
    try {
      admin.createTopics(List.of(topic.configs(config))).all().get();
      awaitReady(topic.name(), topic.numPartitions());
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  /**
   * A fresh topic takes records without losing any only once every partition answers (KAFKA-15591).
   */
  private void awaitReady(String topic, int partitions)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> latest =
        Stream.iterate(0, i -> i < partitions, i -> i + 1)
            .collect(Collectors.toMap(i -> new TopicPartition(topic, i), i -> OffsetSpec.latest()));
    while (!answers(latest)) {
      pause();
    }
  }

  /** The brokers learn of a new topic one by one, and say that it is unknown until then. */
  private boolean answers(Map<TopicPartition, OffsetSpec> partitions)
      throws ExecutionException, InterruptedException {
    try {
      admin.listOffsets(partitions).all().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw e;
    }
  }

  private static void pause() throws InterruptedException {
    LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    if (Thread.interrupted()) {
      throw new InterruptedException("while waiting for topics");
    }
  }

  private Set<String> missing(List<String> inputs) throws ExecutionException, InterruptedException {
    Map<String, KafkaFuture<TopicDescription>> described =
        admin.describeTopics(inputs).topicNameValues();
    var missing = new TreeSet<String>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : described.entrySet()) {
      try {
        topic.getValue().get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
        missing.add(topic.getKey());
      }
    }
    return missing;
  }

  /** All inputs have the same number, or an aggregate would be spread over tasks. */
  private int partitionsOf(List<String> inputs) throws ExecutionException, InterruptedException {
    Map<String, TopicDescription> described = admin.describeTopics(inputs).allTopicNames().get();
    Map<Integer, List<String>> byPartitions =
        described.values().stream()
            .collect(
                Collectors.groupingBy(
                    topic -> topic.partitions().size(),
                    Collectors.mapping(TopicDescription::name, Collectors.toList())));
    if (byPartitions.size() != 1) {
      throw new IllegalStateException(
          "all topics of an application must have the same number of partitions, but: "
              + byPartitions);
    }
    return byPartitions.keySet().iterator().next();
  }

  private short replicationOf() throws ExecutionException, InterruptedException {
    return (short) Math.min(3, admin.describeCluster().nodes().get().size());
  }
}
