package dev.tailrace.bridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Json;

/**
 * The envelope as a browser gets it: the type is called {@code eventType}, and the payload stands
 * in it unchanged.
 */
final class RealtimeEnvelope {

  private RealtimeEnvelope() {}

  static String json(Envelope envelope) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("id", envelope.id().toString());
    json.put("version", Envelope.VERSION);
    json.put("seq", envelope.seq());
    json.put("tenantId", envelope.tenantId());
    json.put("aggregateType", envelope.aggregateType());
    json.put("aggregateId", envelope.aggregateId());
    json.put("occurredAt", envelope.occurredAt().toString());
    json.put("eventType", envelope.type());
    json.putRawValue("payload", new RawValue(envelope.payload()));
    return Json.write(json);
  }
}
