package dev.tailrace.effects;

import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.KitchenEvent.TaskReleased;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.testkit.TestTopics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;

/**
 * Events for tests, as the relay would write them: each claims a task, and has its place in commit
 * order.
 */
final class Kitchen {

  static final String TYPE = "kitchen.task.claimed";
  static final String TOPIC = "events.kitchen.task.claimed";
  static final String RELEASED = "events.kitchen.task.released";

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  private Kitchen() {}

  static Envelope claimed(int number, String task) {
    return claimed(number, task, Origin.NONE);
  }

  static Envelope claimed(int number, String task, Origin origin) {
    return new Envelope(
        id(number),
        "%019d".formatted(number),
        TYPE,
        "org_1",
        "kitchen_task",
        task,
        NOON,
        origin,
        Json.write(new TaskClaimed(task, "emp-" + number, NOON)));
  }

  static Envelope released(int number, String task) {
    return withPayload(
        ofType(claimed(number, task), "kitchen.task.released"),
        Json.write(new TaskReleased(task, "emp-" + number, NOON)));
  }

  static Envelope withPayload(Envelope it, String payload) {
    return new Envelope(
        it.id(),
        it.seq(),
        it.type(),
        it.tenantId(),
        it.aggregateType(),
        it.aggregateId(),
        it.occurredAt(),
        it.origin(),
        payload);
  }

  static Envelope ofType(Envelope it, String type) {
    return new Envelope(
        it.id(),
        it.seq(),
        type,
        it.tenantId(),
        it.aggregateType(),
        it.aggregateId(),
        it.occurredAt(),
        it.origin(),
        it.payload());
  }

  static Envelope withSeq(Envelope it, int seq) {
    return new Envelope(
        it.id(),
        "%019d".formatted(seq),
        it.type(),
        it.tenantId(),
        it.aggregateType(),
        it.aggregateId(),
        it.occurredAt(),
        it.origin(),
        it.payload());
  }

  static UUID id(int number) {
    return new UUID(0x0199_0000_0000_7000L, number);
  }

  static TestRecord<String, byte[]> test(Envelope envelope) {
    return new TestRecord<>(envelope.aggregateId(), value(envelope), headers(envelope));
  }

  static ProducerRecord<String, byte[]> produced(String topic, int partition, Envelope envelope) {
    return new ProducerRecord<>(
        topic, partition, envelope.aggregateId(), value(envelope), headers(envelope));
  }

  /** Claims these numbers, of so many tasks in turn, each in a partition of its own. */
  static void produce(TestTopics topics, int from, int to, int tasks, int partitions)
      throws ExecutionException, InterruptedException {
    try (Producer<String, byte[]> producer = topics.producer()) {
      var sent = new ArrayList<Future<RecordMetadata>>();
      for (int i = from; i < to; i++) {
        int task = i % tasks;
        Envelope claimed = claimed(i, "task-" + task);
        sent.add(producer.send(produced(topics.name(TOPIC), task % partitions, claimed)));
      }
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
    }
  }

  private static byte[] value(Envelope envelope) {
    return envelope.payload().getBytes(StandardCharsets.UTF_8);
  }

  private static Headers headers(Envelope envelope) {
    var headers = new RecordHeaders();
    CloudEvents.write(
        envelope,
        "/tailrace/test",
        (name, value) -> headers.add(name, value.getBytes(StandardCharsets.UTF_8)));
    return headers;
  }
}
