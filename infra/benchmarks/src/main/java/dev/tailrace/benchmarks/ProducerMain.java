package dev.tailrace.benchmarks;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends the records of a backlog, as the relay writes them, from memory. */
final class ProducerMain {

  private static final Instant OCCURRED = Instant.parse("2026-01-31T12:00:00Z");

  private final KafkaProducer<byte[], byte[]> producer;
  private final String prefix;
  private final EventRecords records = new EventRecords();

  private ProducerMain(KafkaProducer<byte[], byte[]> producer, String prefix) {
    this.producer = producer;
    this.prefix = prefix;
  }

  /**
   * Sends all, then waits to be ended.
   *
   * @param arguments the broker, what the topics begin with, and how many records
   */
  public static void main(String[] arguments) throws InterruptedException {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            arguments[0],
            "acks",
            "all",
            "enable.idempotence",
            true,
            "compression.type",
            "lz4",
            "linger.ms",
            5,
            "batch.size",
            128 << 10,
            "buffer.memory",
            64L << 20,
            "max.request.size",
            4 << 20);
    var bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<>(settings, bytes, bytes)) {
      new ProducerMain(producer, arguments[1]).run(Long.parseLong(arguments[2]));
      new CountDownLatch(1).await(); // so that what it took can still be asked for
    }
  }

  private void run(long records) {
    send(Kind.FIRST, 0);
    for (long i = 0; i < records; i++) {
      send(Kind.BACKLOG, i);
    }
    producer.flush();
    send(Kind.LAST, 0);
    producer.flush();
  }

  private void send(Kind kind, long number) {
    String key = Payloads.aggregateId((int) (number % Payloads.AGGREGATES));
    var _ = producer.send(records.of(kind.topic(prefix), kind.type(), number, key, OCCURRED));
  }
}
