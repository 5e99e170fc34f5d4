package dev.tailrace.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * An event as the relay writes it, for tests of what reads it: CloudEvents headers, the payload as
 * the value.
 *
 * @param number makes its id and its place in commit order
 */
public record RelayedEvent(
    int number,
    String type,
    String tenantId,
    String aggregateType,
    String aggregateId,
    Instant occurredAt,
    String payload) {

  /** The outbox row's id that such an event has. */
  public static UUID id(int number) {
    return new UUID(0x0199_0000_0000_7000L, number);
  }

  ProducerRecord<String, byte[]> record(String topic, String key) {
    var headers = new RecordHeaders();
    header(headers, "ce_specversion", "1.0");
    header(headers, "ce_id", id(number).toString());
    header(headers, "ce_type", type);
    header(headers, "ce_source", "/tailrace/test");
    header(headers, "ce_subject", aggregateId);
    header(headers, "ce_time", occurredAt.toString());
    header(headers, "content-type", "application/json");
    header(headers, "ce_tenantid", tenantId);
    header(headers, "ce_aggregatetype", aggregateType);
    header(headers, "ce_seq", "%019d".formatted(number));
    byte[] value = payload.getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(topic, null, key, value, headers);
  }

  private static void header(RecordHeaders headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
