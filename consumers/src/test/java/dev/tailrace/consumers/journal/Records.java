package dev.tailrace.consumers.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.Origin;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Records as the relay and the effect runtime write them. */
final class Records {

  /** One that browsers see. */
  static final String CLAIMED = "kitchen.task.claimed";

  /** One that they don't. */
  static final String POKE = "testing:poke";

  static final String CONSUMER = "syncBoard";

  private static final int TIME_SHIFT = 16;

  private Records() {}

  /** As precise as a record's time; real, because partitions and ids go by it. */
  static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  /** An id as the outbox gives one at this time. */
  static UUID id(Instant at, int number) {
    return new UUID(at.toEpochMilli() << TIME_SHIFT | 0x7000L, 0x8000_0000_0000_0000L | number);
  }

  static Envelope event(UUID id, int seq, String type, Origin origin) {
    String payload =
        type.equals(CLAIMED)
            ? "{\"taskId\":\"task-%d\",\"employeeId\":\"emp-ß\",\"claimedAt\":\"2026-01-31T12:00:00Z\"}"
                .formatted(seq)
            : "{\"dbtime\":\"now\",\"message\":\"%d\"}".formatted(seq);
    return new Envelope(
        id,
        "%019d".formatted(seq),
        type,
        "org_1",
        "kitchen_task",
        "task-" + seq,
        Instant.parse("2026-01-31T12:00:00.123456Z"),
        origin,
        payload);
  }

  static ProducerRecord<String, byte[]> record(
      String topic, int partition, Instant at, Envelope envelope) {
    var headers = new RecordHeaders();
    CloudEvents.write(envelope, "/tailrace/test", (name, value) -> add(headers, name, value));
    return new ProducerRecord<>(
        topic,
        partition,
        at.toEpochMilli(),
        envelope.aggregateId(),
        bytes(envelope.payload()),
        headers);
  }

  /** An attempt with the fields that every runtime writes; a test may add to it. */
  static ObjectNode attempt(UUID event, int number, String outcome, Instant startedAt) {
    return Json.MAPPER
        .createObjectNode()
        .put("eventId", event.toString())
        .put("seq", "%019d".formatted(1))
        .put("type", CLAIMED)
        .put("tenantId", "org_1")
        .put("application", "kitchen")
        .put("consumer", CONSUMER)
        .put("lane", "task-1")
        .put("attempt", number)
        .put("outcome", outcome)
        .put("detail", outcome + " " + number)
        .put("startedAt", startedAt.toString())
        .put("tookMicros", 1_500);
  }

  static ProducerRecord<String, byte[]> record(
      String topic, int partition, Instant endedAt, ObjectNode attempt) {
    return new ProducerRecord<>(
        topic,
        partition,
        endedAt.toEpochMilli(),
        attempt.path("eventId").asText(),
        bytes(attempt.toString()));
  }

  /** As the runtime gives an event up: the event as it came, and why. */
  static ProducerRecord<String, byte[]> dead(
      String topic, Instant at, Envelope envelope, int attempts) {
    ProducerRecord<String, byte[]> record = record(topic, 0, at, envelope);
    add(record.headers(), "tailrace-consumer", CONSUMER);
    add(record.headers(), "tailrace-reason", "given up");
    add(record.headers(), "tailrace-attempts", Integer.toString(attempts));
    return record;
  }

  static void add(Headers headers, String name, String value) {
    headers.add(name, bytes(value));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The time of the nth second after. */
  static Instant after(Instant start, int seconds) {
    return start.plus(Duration.ofSeconds(seconds));
  }
}
