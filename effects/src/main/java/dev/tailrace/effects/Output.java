package dev.tailrace.effects;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
  static final String ITEM = "tailrace-item";

  private static final String SEPARATOR = "\0";

  private final String application;
  private final String wakes;
  private final String source;

  /**
   * @param source the {@code ce_source} of dead letters
   */
  Output(String application, Topics topics, String source) {
    this.application = application;
    this.wakes = topics.wakes(application);
    this.source = source;
  }

  /** Whether records of this topic are those of {@link #wake}. */
  boolean isOfWakes(String topic) {
    return topic.equals(wakes);
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
    json.put("item", key.item());
    json.put("lane", key.lane());
    json.put("attempt", finished.pending().failures() + 1);
    json.put("outcome", finished.label());
    json.put("detail", finished.outcome().detail());
    json.put("startedAt", finished.startedAt().toString());
    json.put("tookMicros", finished.took().toNanos() / 1_000);
    long now = finished.startedAt().plus(finished.took()).toEpochMilli();
    return new Record<>(
        key.eventId().toString(), json.toString().getBytes(StandardCharsets.UTF_8), now);
  }

  /** Who gave an effect up, after how many attempts, and why. */
  record Dead(String consumer, String item, int attempts, String reason) {}

  /** The event as it came, with who gave it up, after how many attempts, and why. */
  Record<String, byte[]> dead(Envelope envelope, Dead dead, long now) {
    var headers = new RecordHeaders();
    CloudEvents.write(envelope, source, (name, value) -> header(headers, name, value));
    header(headers, CONSUMER, dead.consumer());
    header(headers, ITEM, dead.item());
    header(headers, REASON, dead.reason());
    header(headers, ATTEMPTS, Integer.toString(dead.attempts()));
    return new Record<>(
        envelope.aggregateId(), envelope.payload().getBytes(StandardCharsets.UTF_8), now, headers);
  }

  /** What has come, for every task but the one that tells it. */
  Record<String, byte[]> wake(Awaited awaited, int teller, long now) {
    return new Record<>(
        awaited.event() + SEPARATOR + awaited.key(),
        Integer.toString(teller).getBytes(StandardCharsets.UTF_8),
        now);
  }

  /** What such a record tells; nothing if it is none. */
  static Optional<Awaited> awaited(Record<String, byte[]> record) {
    String key = Objects.requireNonNullElse(record.key(), "");
    int separator = key.indexOf(SEPARATOR);
    return separator < 0
        ? Optional.empty()
        : Optional.of(new Awaited(key.substring(0, separator), key.substring(separator + 1)));
  }

  /** All partitions of the wake topic but that of the task that tells. */
  static Optional<Set<Integer>> othersThan(byte[] teller, int partitions) {
    int own = Integer.parseInt(new String(teller, StandardCharsets.UTF_8));
    return Optional.of(
        IntStream.range(0, partitions)
            .filter(each -> each != own)
            .boxed()
            .collect(Collectors.toSet()));
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
