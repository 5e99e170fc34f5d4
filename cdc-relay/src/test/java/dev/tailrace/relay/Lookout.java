package dev.tailrace.relay;

import dev.tailrace.testkit.TestTopics;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Stands at the end of a topic and sees what comes, with next to no delay of its own. */
final class Lookout implements AutoCloseable {

  private final KafkaConsumer<String, byte[]> consumer;
  private final Set<String> seen = new HashSet<>();

  Lookout(TestTopics topics, String topic) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            topics.bootstrapServers(),
            "isolation.level",
            "read_committed",
            "fetch.max.wait.ms",
            10);
    consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(topics.name(topic)).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  /** Whether an event with that key has come. */
  boolean sees(String key) {
    consumer.poll(Duration.ofMillis(10)).forEach(record -> seen.add(record.key()));
    return seen.contains(key);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
