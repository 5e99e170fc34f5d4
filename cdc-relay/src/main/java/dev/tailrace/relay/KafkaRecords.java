package dev.tailrace.relay;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * The records of an event: one in its type's topic, keyed by its aggregate; and one more for a type
 * that browsers see, keyed by its tenant.
 */
final class KafkaRecords {

  private final String source;
  private final String realtimeOutbox;
  private final Topics topics;

  /** Of the types that the catalogue names; there is no end to those that others name. */
  private final Map<String, String> known;

  /**
   * @param source {@code /tailrace/<installation>}
   */
  KafkaRecords(Topics topics, String source) {
    this.source = source;
    this.realtimeOutbox = topics.realtimeOutbox();
    this.topics = topics;
    this.known =
        Catalogue.withTopics().stream()
            .collect(Collectors.toUnmodifiableMap(EventType::name, topics::events));
  }

  List<ProducerRecord<byte[], byte[]>> of(Relayed event) {
    Envelope envelope = event.envelope();
    EventType<?> type = event.type();
    long timestamp = event.committedAt().toEpochMilli();
    byte[] payload = bytes(envelope.payload());
    List<Header> headers = headers(envelope);
    byte[] aggregate = bytes(envelope.aggregateId());
    var first = new ProducerRecord<>(topic(type), null, timestamp, aggregate, payload, headers);
    if (!type.realtime()) {
      return List.of(first);
    }
    byte[] tenant = bytes(envelope.tenantId());
    return List.of(
        first, new ProducerRecord<>(realtimeOutbox, null, timestamp, tenant, payload, headers));
  }

  private String topic(EventType<?> type) {
    String topic = known.get(type.name());
    return topic == null ? topics.events(type) : topic;
  }

  private List<Header> headers(Envelope envelope) {
    var headers = new ArrayList<Header>(12);
    CloudEvents.write(
        envelope, source, (name, value) -> headers.add(new RecordHeader(name, bytes(value))));
    return headers;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
