package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The newest ten thousand requests of a stand-in, and how many there ever were; those to {@code
 * /_standin/} are not among them.
 */
public final class ReceivedRequests {

  private static final int KEPT = 10_000;
  private static final List<String> CHOSEN =
      List.of(
          "Idempotency-Key",
          "Stripe-Version",
          "X-Ably-Version",
          "Content-Type",
          "User-Agent",
          "traceparent");

  private final Clock clock;
  private final Deque<ReceivedRequest> newest = new ArrayDeque<>();
  private long count;

  ReceivedRequests(Clock clock) {
    this.clock = clock;
  }

  /** Those that are kept, the oldest first. */
  public synchronized List<ReceivedRequest> list() {
    return List.copyOf(newest);
  }

  /** How many there were since the start, kept or not. */
  public synchronized long count() {
    return count;
  }

  synchronized void add(Request request, OptionalInt status) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String name : CHOSEN) {
      request.header(name).ifPresent(value -> headers.put(name, value));
    }
    newest.addLast(
        new ReceivedRequest(clock.instant(), request.method(), request.path(), headers, status));
    count++;
    if (newest.size() > KEPT) {
      newest.removeFirst();
    }
  }

  ObjectNode json() {
    ArrayNode list = Json.array();
    for (ReceivedRequest request : list()) {
      ObjectNode json = list.addObject();
      json.put("time", request.at().toString())
          .put("method", request.method())
          .put("path", request.path());
      ObjectNode headers = json.putObject("headers");
      request.headers().forEach(headers::put);
      request
          .status()
          .ifPresentOrElse(status -> json.put("status", status), () -> json.putNull("status"));
    }
    return Json.object().put("count", count()).set("requests", list);
  }
}
