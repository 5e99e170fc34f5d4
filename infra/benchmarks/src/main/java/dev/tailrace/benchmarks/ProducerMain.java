package dev.tailrace.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Origin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends the records of a backlog, as the relay writes them, from memory. */
final class ProducerMain {

  private static final Instant OCCURRED = Instant.parse("2026-01-31T12:00:00Z");

  private static final long FIRST_SEQ = 1_000_000_000_000_000_000L; // of 19 digits

  private final KafkaProducer<byte[], byte[]> producer;
  private final String prefix;
  private final List<byte[]> payloads =
      IntStream.range(0, Payloads.AGGREGATES)
          .mapToObj(aggregate -> Payloads.of(aggregate).getBytes(UTF_8))
          .toList();

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
    int aggregate = (int) (number % Payloads.AGGREGATES);
    String key = Payloads.aggregateId(aggregate);
    var envelope =
        new Envelope(
            new UUID(0, number),
            Long.toString(FIRST_SEQ + number),
            kind.type().name(),
            "org_bench",
            "person",
            key,
            OCCURRED,
            Origin.NONE,
            "");
    var headers = new ArrayList<Header>(12);
    CloudEvents.write(
        envelope,
        "/tailrace/bench",
        (name, value) -> headers.add(new RecordHeader(name, value.getBytes(UTF_8))));
    var _ =
        producer.send(
            new ProducerRecord<>(
                kind.topic(prefix),
                null,
                null,
                key.getBytes(UTF_8),
                payloads.get(aggregate),
                headers));
  }
}
