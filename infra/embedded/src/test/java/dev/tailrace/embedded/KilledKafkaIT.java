package dev.tailrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a broker owes to transactions that it was killed in the middle of. */
final class KilledKafkaIT {
  private static final int KILLS = 3;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path directory;

  @Test
  void everyTransactionIsWholeOrAbsentAfterKillsInTheMiddleOfCommits() throws Exception {
    int port = Ports.claim(0);
    for (int kill = 0; kill < KILLS; kill++) {
      var writers = OtherJvm.runs(KafkaWriters.class, directory, "-Dport=" + port);
      assertThat(writers.says()).isEqualTo("busy");
      writers.kill();

      try (var kafka = EmbeddedKafka.start(directory, port, 0)) {
        endOpenTransactions(kafka);
        assertThat(committed(kafka, "left"))
            .isNotEmpty()
            .containsExactlyInAnyOrderElementsOf(committed(kafka, "right"));
      }
    }
  }

  /** As their writers would, coming back. */
  private static void endOpenTransactions(EmbeddedKafka kafka) {
    for (String id : KafkaWriters.transactionalIds()) {
      try (var producer = KafkaWriters.producer(kafka, id)) {
        producer.initTransactions();
      }
    }
  }

  /** All that a committed reader sees, when nothing open holds it back from the end. */
  private static List<String> committed(EmbeddedKafka kafka, String topic) {
    var values = new ArrayList<String>();
    Map<TopicPartition, Long> ends = ends(kafka, topic);
    try (var consumer = reader(kafka, "read_committed")) {
      consumer.assign(ends.keySet());
      consumer.seekToBeginning(ends.keySet());
      var deadline = Instant.now().plus(LIMIT);
      while (!behind(consumer, ends).isEmpty()) {
        assertThat(Instant.now())
            .as("committed readers don't get to the end of %s", behind(consumer, ends))
            .isBefore(deadline);
        consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
      }
    }
    return values;
  }

  private static List<TopicPartition> behind(
      KafkaConsumer<String, String> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .filter(end -> consumer.position(end.getKey()) < end.getValue())
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Map<TopicPartition, Long> ends(EmbeddedKafka kafka, String topic) {
    try (var consumer = reader(kafka, "read_uncommitted")) {
      return consumer.endOffsets(KafkaWriters.partitions(topic));
    }
  }

  private static KafkaConsumer<String, String> reader(EmbeddedKafka kafka, String isolation) {
    Map<String, Object> settings = KafkaWriters.settings(kafka);
    settings.put("isolation.level", isolation);
    return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
  }
}
