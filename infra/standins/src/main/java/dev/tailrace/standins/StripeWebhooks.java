package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
  private final List<WebhookEndpoint> endpoints = new CopyOnWriteArrayList<>();

  StripeWebhooks(Clock clock) {
    this.clock = clock;
  }

  void register(URI url, String secret) {
    endpoints.add(
        WebhookEndpoint.start(url, (id, body, at) -> headers(secret, body, at), clock, client));
  }

  private static Map<String, String> headers(String secret, String body, Instant at) {
    return Map.of(
        "Content-Type", "application/json; charset=utf-8",
        "User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature", StripeSignature.header(secret, at, body));
  }

  int count() {
    return endpoints.size();
  }

  void send(StripeEvent event) {
    endpoints.forEach(endpoint -> endpoint.send(event.id(), event.json()));
  }

  ObjectNode json() {
    ArrayNode list = Json.array();
    endpoints.forEach(endpoint -> list.add(endpoint.json()));
    return Json.object().set("webhooks", list);
  }

  @Override
  public void close() {
    endpoints.forEach(WebhookEndpoint::close);
    client.shutdownNow();
  }
}
