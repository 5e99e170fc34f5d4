package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The request that caused an event, as the event tells it.
 *
 * @param idempotencyKey blank when there was none
 */
record StripeCause(String requestId, String idempotencyKey) {

  ObjectNode json() {
    ObjectNode json = Json.object();
    return idempotencyKey.isBlank()
        ? json.put("id", requestId).putNull("idempotency_key")
        : json.put("id", requestId).put("idempotency_key", idempotencyKey);
  }
}
