package dev.tailrace.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Sees paced rows come out of Kafka as a committed reader does, from a thread of its own. */
final class CommittedReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofSeconds(1);

  private final String idHeader;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<UUID, Long> seen = new ConcurrentHashMap<>();
  private final Thread thread = Thread.ofPlatform().name("reader").unstarted(this::run);

  private CommittedReader(Stage stage, Entry.Output output) {
    this.idHeader = output.idHeader();
    Map<String, Object> settings =
        Map.of("bootstrap.servers", stage.bootstrap(), "isolation.level", "read_committed");
    var bytes = new ByteArrayDeserializer();
    consumer = new KafkaConsumer<>(settings, bytes, bytes);
    List<TopicPartition> partitions =
        new FreshTopics(stage.admin(), output.prefix()).partitions(Kind.PACED);
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
  }

  static CommittedReader start(Stage stage, Entry.Output output) {
    var reader = new CommittedReader(stage, output);
    reader.thread.start();
    return reader;
  }

  /** When each was there for the first time, by the row's id; nanoseconds. */
  Map<UUID, Long> seen() {
    return seen;
  }

  private void run() {
    try (consumer) {
      while (true) {
        Iterable<ConsumerRecord<byte[], byte[]>> records = consumer.poll(POLL);
        long now = System.nanoTime();
        for (ConsumerRecord<byte[], byte[]> record : records) {
          seen.putIfAbsent(Verification.id(record, idHeader), now);
        }
      }
    } catch (WakeupException closing) {
      // close() asked for it.
    }
  }

  @Override
  public void close() {
    consumer.wakeup();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
