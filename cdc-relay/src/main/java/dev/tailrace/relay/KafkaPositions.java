package dev.tailrace.relay;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  /**
   * The last positions of these slots, of those that have one; call it only when their earlier
   * writers are fenced, or have ended.
   */
  Map<String, Position> last(Collection<String> slots) {
    long end = end();
    var last = new HashMap<String, Position>();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    try (KafkaConsumer<String, String> consumer = reader("read_committed")) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (consumer.position(partition) < end) {
        if (System.nanoTime() > deadline) {
          throw new TimeoutException("the positions could not be read to their end");
        }
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
          if (slots.contains(record.key())) {
            last.put(record.key(), PositionRecord.read(record.value()));
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
