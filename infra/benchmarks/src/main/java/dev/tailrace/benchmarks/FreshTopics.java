package dev.tailrace.benchmarks;

import dev.tailrace.contracts.event.Topics;
import dev.tailrace.testkit.Await;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of one entry: all begin with a prefix of its own. */
record FreshTopics(Admin admin, String prefix) {

  /** Makes one for each kind of row, and returns when each partition can be written to. */
  FreshTopics make() {
    return make(EnumSet.allOf(Kind.class));
  }

  /** Makes one for each of these, and returns when each partition can be written to. */
  FreshTopics make(Set<Kind> kinds) {
    return makeNamed(kinds.stream().map(kind -> kind.topic(prefix)).toList());
  }

  /** Makes these, whose names begin with the prefix, as {@link #make()} does. */
  FreshTopics makeNamed(List<String> names) {
    get(admin.createTopics(names.stream().map(FreshTopics::topic).toList()).all());
    awaitWritable(names);
    return this;
  }

  private static NewTopic topic(String name) {
    return new NewTopic(name, Optional.of(Topics.DEFAULT_PARTITIONS), Optional.empty());
  }

  /** KAFKA-15591: records sent before each partition answers can be lost. */
  private void awaitWritable(List<String> names) {
    Await.until(
        "every partition of " + prefix + " answers",
        () -> {
          try {
            get(admin.describeTopics(names).allTopicNames());
            for (String name : names) {
              count(name, IsolationLevel.READ_UNCOMMITTED);
            }
            return true;
          } catch (UnknownTopicOrPartitionException notYet) {
            return false;
          }
        });
  }

  /** How many records and markers there are of this kind, up to where such a reader sees. */
  long count(Kind kind, IsolationLevel isolation) {
    return count(kind.topic(prefix), isolation);
  }

  private long count(String topic, IsolationLevel isolation) {
    Map<TopicPartition, OffsetSpec> latest =
        partitions(topic).stream()
            .collect(Collectors.toMap(partition -> partition, _ -> OffsetSpec.latest()));
    return get(admin.listOffsets(latest, new ListOffsetsOptions(isolation)).all()).values().stream()
        .mapToLong(ListOffsetsResultInfo::offset)
        .sum();
  }

  /** Seen before it is committed: else the whole of the first transaction would not be counted. */
  boolean hasBegun() {
    return count(Kind.FIRST, IsolationLevel.READ_UNCOMMITTED) > 0;
  }

  /** Seen as a committed reader sees it. */
  boolean hasEnded() {
    return count(Kind.LAST, IsolationLevel.READ_COMMITTED) > 0;
  }

  List<TopicPartition> partitions(Kind kind) {
    return partitions(kind.topic(prefix));
  }

  /** Of a topic that has as many as those made here. */
  static List<TopicPartition> partitions(String topic) {
    return IntStream.range(0, Topics.DEFAULT_PARTITIONS)
        .mapToObj(partition -> new TopicPartition(topic, partition))
        .toList();
  }

  void delete() {
    List<String> names =
        get(admin.listTopics().names()).stream().filter(name -> name.startsWith(prefix)).toList();
    get(admin.deleteTopics(names).all());
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Kafka was asked", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    }
  }
}
