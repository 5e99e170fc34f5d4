package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The registered webhook endpoints: each gets each event, on its own virtual thread, so that one
 * that is down delays no other.
 */
final class StripeWebhooks implements AutoCloseable {

  private final Clock clock;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final List<StripeEndpoint> endpoints = new CopyOnWriteArrayList<>();

  StripeWebhooks(Clock clock) {
    this.clock = clock;
  }

  void register(URI url, String secret) {
    endpoints.add(StripeEndpoint.start(url, secret, clock, client));
  }

  int count() {
    return endpoints.size();
  }

  void send(StripeEvent event) {
    endpoints.forEach(endpoint -> endpoint.send(event));
  }

  ObjectNode json() {
    ArrayNode list = Json.array();
    endpoints.forEach(endpoint -> list.add(endpoint.json()));
    return Json.object().set("webhooks", list);
  }

  @Override
  public void close() {
    endpoints.forEach(StripeEndpoint::close);
    client.shutdownNow();
  }
}
