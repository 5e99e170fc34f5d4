package dev.tailrace.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.service.HttpCalls;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** Calls providers of OAuth: forms or a token there, JSON or nothing back. */
final class ProviderCalls implements AutoCloseable {

  /** The longest that one call takes. */
  static final Duration LONGEST = Duration.ofSeconds(10);

  /** The most that an answer may have. */
  static final int MOST_BYTES = 256 * 1024;

  private static final int TOO_MANY = 429;

  private final HttpCalls http;

  ProviderCalls() {
    this(LONGEST);
  }

  ProviderCalls(Duration longest) {
    this.http = new HttpCalls(longest, MOST_BYTES);
  }

  /** What came back. */
  sealed interface Heard {

    /** An object in JSON, with a status of 2xx or 4xx. */
    record Said(int status, ObjectNode body) implements Heard {}

    /** Nothing of use; the reason is for the log and holds nothing of the request. */
    record Nothing(String reason) implements Heard {}
  }

  Heard post(URI uri, Map<String, String> form) {
    return send(
        request(uri)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(encode(form)))
            .build());
  }

  /** Asks with a token. */
  Heard get(URI uri, String bearer) {
    return send(request(uri).header("Authorization", "Bearer " + bearer).GET().build());
  }

  /** {@code a=1&b=2}, in the map's order. */
  static String encode(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** GitHub wants a name of whoever calls, and to be told that the answer shall be JSON. */
  private static HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri)
        .header("Accept", "application/json")
        .header("User-Agent", "tailrace");
  }

  private Heard send(HttpRequest request) {
    try {
      return switch (http.send(request)) {
        case HttpCalls.Heard.Said said -> heard(said.status(), said.body());
        case HttpCalls.Heard.Nothing(String reason) -> new Heard.Nothing(reason);
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Heard.Nothing("interrupted");
    }
  }

  private static Heard heard(int status, String text) {
    if (status >= 500 || status == TOO_MANY || (status >= 300 && status < 400)) {
      return new Heard.Nothing("status " + status);
    }
    try {
      JsonNode body = Json.read(text);
      return body instanceof ObjectNode object
          ? new Heard.Said(status, object)
          : new Heard.Nothing("status " + status + ", and no JSON object");
    } catch (JsonProcessingException e) {
      return new Heard.Nothing("status " + status + ", and no JSON");
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
