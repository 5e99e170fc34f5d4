package dev.tailrace.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Calls providers over HTTP: bounded in time and size, never redirected, JSON or nothing.
 *
 * <p>A call takes at most {@link #LONGEST}, its body included; HttpClient's own timeout would end
 * with the headers.
 */
final class ProviderCalls implements AutoCloseable {

  /** The longest that one call takes. */
  static final Duration LONGEST = Duration.ofSeconds(10);

  /** The most that an answer may have. */
  static final int MOST_BYTES = 256 * 1024;

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final int TOO_MANY = 429;

  private final Duration longest;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  ProviderCalls() {
    this(LONGEST);
  }

  ProviderCalls(Duration longest) {
    this.longest = longest;
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
    CompletableFuture<HttpResponse<byte[]>> call =
        http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
    try {
      return heard(call.get(longest.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      call.cancel(true);
      return new Heard.Nothing("no answer within " + longest.toMillis() + " ms");
    } catch (ExecutionException e) {
      return new Heard.Nothing(
          e.getCause() instanceof IOException io
              ? io.getClass().getSimpleName()
              : "the call failed");
    } catch (InterruptedException e) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      return new Heard.Nothing("interrupted");
    }
  }

  private static Heard heard(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status >= 500 || status == TOO_MANY || (status >= 300 && status < 400)) {
      return new Heard.Nothing("status " + status);
    }
    try {
      JsonNode body = Json.read(new String(response.body(), StandardCharsets.UTF_8));
      return body instanceof ObjectNode object
          ? new Heard.Said(status, object)
          : new Heard.Nothing("status " + status + ", and no JSON object");
    } catch (JsonProcessingException e) {
      return new Heard.Nothing("status " + status + ", and no JSON");
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
