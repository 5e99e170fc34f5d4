package dev.tailrace.standins;

import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;

/**
 * One request that a stand-in received.
 *
 * @param path the raw path, without the query
 * @param headers the few that tell something; never Authorization
 * @param status what was answered; empty when no answer was ever sent
 */
public record ReceivedRequest(
    Instant at, String method, String path, Map<String, String> headers, OptionalInt status) {

  public ReceivedRequest {
    headers = Map.copyOf(headers);
  }
}
