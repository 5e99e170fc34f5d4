package dev.tailrace.consumers.journal;

import dev.tailrace.consumers.journal.Batch.Partition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the journal's topics: each partition from where the tables say, those that the tables don't
 * know from their beginning. No consumer group: who reads is decided by Postgres. For one thread.
 */
final class Intake implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Intake.class);
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final JournalTopics topics;
  private final RecordReader reader;
  private final Map<Partition, Long> known;

  /**
   * @param known where partitions are read on from
   */
  Intake(
      String bootstrapServers,
      JournalTopics topics,
      RecordReader reader,
      Map<Partition, Long> known) {
    this.consumer =
        new KafkaConsumer<>(
            settings(bootstrapServers), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.topics = topics;
    this.reader = reader;
    this.known = Map.copyOf(known);
  }

  /**
   * Single events are gathered by the broker for some milliseconds, so that each is not a
   * transaction; under load it answers at once. What is read ahead is bounded by the fetches.
   */
  private static Map<String, Object> settings(String bootstrapServers) {
    var settings = new HashMap<String, Object>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("client.id", "journal");
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "earliest");
    settings.put("max.poll.records", 10_000);
    settings.put("fetch.min.bytes", 64 << 10);
    settings.put("fetch.max.wait.ms", 50);
    settings.put("fetch.max.bytes", 16 << 20);
    settings.put("max.partition.fetch.bytes", 4 << 20);
    settings.put("receive.buffer.bytes", 1 << 20);
    settings.put("request.timeout.ms", 10_000);
    settings.put("default.api.timeout.ms", 15_000);
    return settings;
  }

  /**
   * Takes on partitions that have appeared, and leaves those that are gone.
   *
   * @throws IllegalStateException when there is no topic to read
   */
  void lookForTopics() {
    var there = new HashSet<TopicPartition>();
    consumer
        .listTopics()
        .forEach(
            (name, partitions) -> {
              if (topics.of(name).isPresent()) {
                partitions.forEach(it -> there.add(new TopicPartition(name, it.partition())));
              }
            });
    if (there.isEmpty()) {
      throw new IllegalStateException(
          "none of the journal's topics is there; cdc-relay makes them, is it running on this cluster?");
    }
    Set<TopicPartition> before = consumer.assignment();
    if (there.equals(before)) {
      return;
    }
    var fresh = new HashSet<>(there);
    fresh.removeAll(before);
    consumer.assign(there);
    consumer.beginningOffsets(fresh).forEach(this::seek);
    log.atInfo()
        .addKeyValue("partitions", there.size())
        .addKeyValue("new", fresh.size())
        .log("reading the topics of the journal");
  }

  private void seek(TopicPartition partition, long first) {
    Long next = known.get(new Partition(partition.topic(), partition.partition()));
    if (next != null && next < first) {
      log.atWarn()
          .addKeyValue("partition", partition)
          .addKeyValue("offsets", first - next)
          .log("Kafka has dropped records that were not journaled yet");
    }
    consumer.seek(partition, next == null ? first : Math.max(first, next));
  }

  /** What is there by now; waits a little when there is nothing. */
  Batch poll() {
    var entries = new ArrayList<Entry>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      entries.add(reader.read(record));
    }
    return new Batch(entries);
  }

  /** Where each partition ends now, as far as its transactions are decided. */
  Map<TopicPartition, Long> ends() {
    return consumer.endOffsets(List.copyOf(consumer.assignment()));
  }

  /**
   * How many records of each topic before these ends have not been polled; a few are Kafka's own.
   */
  Map<String, Long> behind(Map<TopicPartition, Long> ends) {
    var behind = new HashMap<String, Long>();
    Set<TopicPartition> read = consumer.assignment();
    ends.forEach(
        (partition, end) -> {
          if (read.contains(partition)) {
            long records = Math.max(0, end - consumer.position(partition));
            behind.merge(partition.topic(), records, Long::sum);
          }
        });
    return behind;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
