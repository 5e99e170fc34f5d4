package dev.tailrace.effects;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Json;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The records that an application writes: each attempt, and each dead letter. Every one is built
 * anew.
 */
final class Output {

  static final String CONSUMER = "tailrace-consumer";
  static final String REASON = "tailrace-reason";
  static final String ATTEMPTS = "tailrace-attempts";

  private final String application;
  private final String source;

  /**
   * @param source the {@code ce_source} of dead letters
   */
  Output(String application, String source) {
    this.application = application;
    this.source = source;
  }

  /** An attempt as JSON, keyed by its event. */
  Record<String, byte[]> attempt(Finished finished) {
    EffectKey key = finished.key();
    Envelope envelope = finished.pending().envelope();
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("eventId", key.eventId().toString());
    json.put("seq", envelope.seq());
    json.put("type", envelope.type());
    json.put("tenantId", envelope.tenantId());
    json.put("application", application);
    json.put("consumer", key.consumer());
    json.put("lane", key.lane());
    json.put("attempt", finished.pending().failures() + 1);
    json.put("outcome", finished.outcome().label());
    json.put("detail", finished.outcome().detail());
    json.put("startedAt", finished.startedAt().toString());
    json.put("tookMicros", finished.took().toNanos() / 1_000);
    long now = finished.startedAt().plus(finished.took()).toEpochMilli();
    return new Record<>(
        key.eventId().toString(), json.toString().getBytes(StandardCharsets.UTF_8), now);
  }

  /** The event as it came, with who gave it up, after how many attempts, and why. */
  Record<String, byte[]> dead(
      Envelope envelope, String consumer, int attempts, String reason, long now) {
    var headers = new RecordHeaders();
    CloudEvents.write(envelope, source, (name, value) -> header(headers, name, value));
    header(headers, CONSUMER, consumer);
    header(headers, REASON, reason);
    header(headers, ATTEMPTS, Integer.toString(attempts));
    return new Record<>(
        envelope.aggregateId(), envelope.payload().getBytes(StandardCharsets.UTF_8), now, headers);
  }

  /** A record that can't be read as an event, as it came. */
  Record<String, byte[]> poison(Record<String, byte[]> record, String reason, long now) {
    Headers headers = new RecordHeaders(record.headers());
    header(headers, REASON, reason);
    return new Record<>(record.key(), record.value(), now, headers);
  }

  private static void header(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
