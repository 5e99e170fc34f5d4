package dev.tailrace.relay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * The records of what goes to Kafka: an event in its type's topic, keyed by its aggregate, and once
 * more, keyed by its tenant, when browsers see it; a refused row in {@code relay.quarantine}.
 */
final class KafkaRecords {

  private final String source;
  private final String realtimeOutbox;
  private final String quarantine;

  /**
   * @param source {@code /tailrace/<installation>}
   */
  KafkaRecords(Topics topics, String source) {
    this.source = source;
    this.realtimeOutbox = topics.realtimeOutbox();
    this.quarantine = topics.relayQuarantine();
  }

  List<ProducerRecord<byte[], byte[]>> of(Outgoing outgoing) {
    return switch (outgoing) {
      case Outgoing.Relayed relayed -> event(relayed);
      case Outgoing.Refused refused -> List.of(quarantined(refused));
    };
  }

  private List<ProducerRecord<byte[], byte[]>> event(Outgoing.Relayed event) {
    Envelope envelope = event.envelope();
    long timestamp = event.committedAt().toEpochMilli();
    byte[] payload = bytes(envelope.payload());
    List<Header> headers = headers(envelope);
    byte[] aggregate = bytes(envelope.aggregateId());
    String topic = event.route().topic();
    var first = new ProducerRecord<>(topic, null, timestamp, aggregate, payload, headers);
    if (!event.route().realtime()) {
      return List.of(first);
    }
    byte[] tenant = bytes(envelope.tenantId());
    return List.of(
        first, new ProducerRecord<>(realtimeOutbox, null, timestamp, tenant, payload, headers));
  }

  private List<Header> headers(Envelope envelope) {
    var headers = new ArrayList<Header>(12);
    CloudEvents.write(
        envelope, source, (name, value) -> headers.add(new RecordHeader(name, bytes(value))));
    return headers;
  }

  /** Without the payload: that may be what is wrong with it, and it is in the outbox. */
  private ProducerRecord<byte[], byte[]> quarantined(Outgoing.Refused refused) {
    Envelope envelope = refused.envelope();
    ObjectNode value =
        Json.MAPPER
            .createObjectNode()
            .put("id", envelope.id().toString())
            .put("seq", envelope.seq())
            .put("type", envelope.type())
            .put("tenantId", envelope.tenantId())
            .put("aggregateId", envelope.aggregateId())
            .put("reason", refused.reason());
    long timestamp = refused.committedAt().toEpochMilli();
    byte[] id = bytes(envelope.id().toString());
    return new ProducerRecord<>(quarantine, null, timestamp, id, bytes(value.toString()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
