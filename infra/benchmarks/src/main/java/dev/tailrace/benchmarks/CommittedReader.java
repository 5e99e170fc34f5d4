package dev.tailrace.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Sees records come as a committed reader does, from now on, in a thread of its own. */
final class CommittedReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofSeconds(1);

  /** What is done with each. */
  @FunctionalInterface
  interface Seen {
    /**
     * Gets one.
     *
     * @param now when it was there, by the reader's clock
     */
    void seen(ConsumerRecord<byte[], byte[]> record, long now);
  }

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final LongSupplier clock;
  private final Seen seen;
  private final Thread thread = Thread.ofPlatform().name("reader").unstarted(this::run);

  private CommittedReader(
      Stage stage, List<TopicPartition> partitions, LongSupplier clock, Seen seen) {
    this.clock = clock;
    this.seen = seen;
    Map<String, Object> settings =
        Map.of("bootstrap.servers", stage.bootstrap(), "isolation.level", "read_committed");
    var bytes = new ByteArrayDeserializer();
    consumer = new KafkaConsumer<>(settings, bytes, bytes);
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  static CommittedReader start(
      Stage stage, List<TopicPartition> partitions, LongSupplier clock, Seen seen) {
    var reader = new CommittedReader(stage, partitions, clock, seen);
    reader.thread.start();
    return reader;
  }

  private void run() {
    try (consumer) {
      while (true) {
        Iterable<ConsumerRecord<byte[], byte[]>> records = consumer.poll(POLL);
        long now = clock.getAsLong();
        records.forEach(record -> seen.seen(record, now));
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
