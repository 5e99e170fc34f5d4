package dev.tailrace.relay;

import dev.tailrace.testkit.TestTopics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How far the topics of tasks have come, without reading them; for one thread. */
final class Arrivals implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private long last;

  Arrivals(TestTopics topics) {
    this.consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers",
                topics.bootstrapServers(),
                "isolation.level",
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    this.partitions =
        Stream.of("events.kitchen.task.claimed", "events.kitchen.task.progress")
            .map(topics::name)
            .flatMap(
                topic ->
                    IntStream.range(0, Scenario.PARTITIONS)
                        .mapToObj(i -> new TopicPartition(topic, i)))
            .toList();
  }

  /**
   * How many records are before the first open transaction of each partition, marks of transactions
   * among them; what it was before while the broker is away.
   */
  long count() {
    try {
      last =
          consumer.endOffsets(partitions, PATIENCE).values().stream()
              .mapToLong(Long::longValue)
              .sum();
    } catch (KafkaException e) {
      // The broker is away, or has no such topics yet.
    }
    return last;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
