package dev.tailrace.benchmarks;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What a committed reader finds of a backlog, counted after the clock has stopped. */
record Verification(long records, long distinct) {

  private static final Duration POLL = Duration.ofSeconds(1);

  /** Reads all that is there. */
  static Verification read(Stage stage, Entry.Output output) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            stage.bootstrap(),
            "isolation.level",
            "read_committed",
            "max.poll.records",
            10_000,
            "fetch.max.bytes",
            16 << 20,
            "max.partition.fetch.bytes",
            4 << 20);
    var bytes = new ByteArrayDeserializer();
    try (var consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
      List<TopicPartition> partitions =
          new FreshTopics(stage.admin(), output.prefix()).partitions(Kind.BACKLOG);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      Set<UUID> ids = new HashSet<>();
      long records = 0;
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          records++;
          ids.add(id(record, output.idHeader()));
        }
      }
      return new Verification(records, ids.size());
    }
  }

  /** The event's id that a record carries. */
  static UUID id(ConsumerRecord<?, ?> record, String header) {
    var found = record.headers().lastHeader(header);
    if (found == null) {
      throw new IllegalStateException("a record without " + header + ": " + record.headers());
    }
    return UUID.fromString(new String(found.value(), StandardCharsets.UTF_8));
  }

  /** What is wrong for so many rows; empty when nothing is. */
  Optional<String> problem(long rows, boolean once) {
    boolean right = once ? distinct == rows && records == rows : distinct >= rows;
    return right
        ? Optional.empty()
        : Optional.of(
            "%d records with %d distinct ids are there, %s %d each"
                .formatted(records, distinct, once ? "wanted exactly" : "wanted at least", rows));
  }
}
