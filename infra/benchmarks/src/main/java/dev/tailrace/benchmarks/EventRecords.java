package dev.tailrace.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Origin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Events as the relay writes them, from memory; each has a number, and its place by it. */
final class EventRecords {

  private static final long FIRST_SEQ = 1_000_000_000_000_000_000L; // of 19 digits

  private final List<byte[]> payloads =
      IntStream.range(0, Payloads.AGGREGATES)
          .mapToObj(aggregate -> Payloads.of(aggregate).getBytes(UTF_8))
          .toList();

  ProducerRecord<byte[], byte[]> of(
      String topic, EventType<?> type, long number, String key, Instant occurred) {
    byte[] payload = payloads.get((int) (number % Payloads.AGGREGATES));
    return of(topic, envelope(type, number, "person", key, occurred), payload);
  }

  /** The envelope of the event with this number; its payload is not in it. */
  static Envelope envelope(
      EventType<?> type, long number, String aggregateType, String key, Instant occurred) {
    return new Envelope(
        new UUID(0, number),
        Long.toString(FIRST_SEQ + number),
        type.name(),
        "org_bench",
        aggregateType,
        key,
        occurred,
        Origin.NONE,
        "");
  }

  static ProducerRecord<byte[], byte[]> of(String topic, Envelope envelope, byte[] payload) {
    var headers = new ArrayList<Header>(12);
    CloudEvents.write(
        envelope,
        "/tailrace/bench",
        (name, value) -> headers.add(new RecordHeader(name, value.getBytes(UTF_8))));
    byte[] key = envelope.aggregateId().getBytes(UTF_8);
    return new ProducerRecord<>(topic, null, null, key, payload, headers);
  }

  /** What such a record says. */
  static Envelope read(Headers headers, byte[] value) {
    return CloudEvents.read(
        name -> {
          Header header = headers.lastHeader(name);
          return header == null ? null : new String(header.value(), UTF_8);
        },
        new String(value, UTF_8));
  }

  /** The number of the event with this place. */
  static long number(String seq) {
    return Long.parseLong(seq) - FIRST_SEQ;
  }
}
