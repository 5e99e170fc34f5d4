package dev.tailrace.relay;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads {@code relay.positions}: key = the slot's name, value = its position.
 *
 * <p>Several relays write there, and a read_committed reader stops at the first open transaction of
 * any of them, so a position may be there and not yet to be seen. The end is therefore asked for
 * without regard to transactions, and the reading goes on until it is there.
 */
final class KafkaPositions {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final String bootstrap;
  private final TopicPartition partition;

  KafkaPositions(RelayConfig.Kafka config) {
    this.bootstrap = config.bootstrap();
    this.partition = new TopicPartition(config.topics().relayPositions(), 0);
  }

  /** The last position of the slot; call it only when its earlier writers are fenced. */
  Optional<Position> last(String slot) {
    long end = end();
    Optional<Position> last = Optional.empty();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    try (KafkaConsumer<String, String> consumer = reader("read_committed")) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (consumer.position(partition) < end) {
        if (System.nanoTime() > deadline) {
          throw new TimeoutException("the positions could not be read to their end");
        }
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
          if (slot.equals(record.key())) {
            last = Optional.of(PositionRecord.read(record.value()));
          }
        }
      }
    }
    return last;
  }

  private long end() {
    try (KafkaConsumer<String, String> consumer = reader("read_uncommitted")) {
      return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    }
  }

  private KafkaConsumer<String, String> reader(String isolation) {
    var settings =
        new HashMap<String, Object>(
            Map.of(
                "bootstrap.servers",
                bootstrap,
                "isolation.level",
                isolation,
                "request.timeout.ms",
                10_000,
                "default.api.timeout.ms",
                15_000,
                "fetch.max.wait.ms", // all is there: a broker that has no more must not wait for it
                20,
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "earliest"));
    return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
  }
}
