package dev.tailrace.relay;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads back which events are in Kafka, by the ids in their headers. */
final class KafkaRelayed {

  private static final Duration STUCK = Duration.ofMinutes(1);
  private static final Duration POLL = Duration.ofMillis(200);

  private final RelayConfig.Kafka config;
  private final StopSignal stop;

  KafkaRelayed(RelayConfig.Kafka config, StopSignal stop) {
    this.config = config;
    this.stop = stop;
  }

  /** Takes ids, one after another. */
  @FunctionalInterface
  interface Ids {
    void take(UUID id) throws SQLException, IOException;
  }

  /**
   * The ids of all events whose commit, by their records' timestamps, is not before; of all when it
   * is empty.
   */
  void read(Optional<Instant> since, Ids ids)
      throws SQLException, IOException, InterruptedException {
    try (var consumer = consumer()) {
      List<TopicPartition> partitions = partitions(consumer);
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      begin(consumer, ends, since);
      long lastSeen = System.nanoTime();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        if (stop.isRaised()) {
          throw new InterruptedException("stopped while the topics were read");
        }
        var records = consumer.poll(POLL);
        for (ConsumerRecord<byte[], byte[]> record : records) {
          Header id = record.headers().lastHeader("ce_id");
          if (id != null) {
            ids.take(UUID.fromString(new String(id.value(), StandardCharsets.UTF_8)));
          }
        }
        if (!records.isEmpty()) {
          lastSeen = System.nanoTime();
        } else if (System.nanoTime() - lastSeen > STUCK.toNanos()) {
          throw new TimeoutException("the event topics could not be read to their ends");
        }
      }
    }
  }

  private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
    String prefix = config.topicPrefix() + "events.";
    return consumer.listTopics().entrySet().stream()
        .filter(topic -> topic.getKey().startsWith(prefix))
        .flatMap(topic -> topic.getValue().stream())
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .toList();
  }

  private static void begin(
      KafkaConsumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> ends,
      Optional<Instant> since) {
    if (since.isEmpty()) {
      consumer.seekToBeginning(ends.keySet());
      return;
    }
    var times = new HashMap<TopicPartition, Long>();
    ends.keySet().forEach(partition -> times.put(partition, since.get().toEpochMilli()));
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
    ends.forEach(
        (partition, end) -> {
          OffsetAndTimestamp first = found.get(partition);
          consumer.seek(partition, first == null ? end : first.offset());
        });
  }

  /** Those who wrote before are fenced: nothing open is left that could still be committed. */
  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            config.bootstrap(),
            "isolation.level",
            "read_committed",
            "enable.auto.commit",
            false,
            "max.poll.records",
            5_000,
            "default.api.timeout.ms",
            15_000);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
