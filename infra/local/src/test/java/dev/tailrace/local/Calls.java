package dev.tailrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.net.Webhook;
import dev.tailrace.contracts.event.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** What is called from outside of what runs: procedures, webhooks, and Stripe. */
final class Calls implements AutoCloseable {

  private final Whereabouts at;
  private final HttpClient http = HttpClient.newHttpClient();
  private final AtStripe stripe;

  Calls(Whereabouts at) {
    this.at = at;
    this.stripe = new AtStripe(at.stripeUrl(), http);
  }

  AtStripe stripe() {
    return stripe;
  }

  JsonNode rpc(String procedure, String input) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(at.ingestUrl() + "/rpc/" + procedure))
                .header("Authorization", "Bearer " + Pipeline.PLATFORM_TOKEN.text())
                .POST(BodyPublishers.ofString(input))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.read(answer.body());
  }

  /** Delivers an event of Stripe's, signed by its own SDK. */
  HttpResponse<String> deliver(String event) throws Exception {
    long now = System.currentTimeMillis() / 1_000;
    String signature = Webhook.Util.computeHmacSha256(Pipeline.WEBHOOK_SECRET, now + "." + event);
    return http.send(
        HttpRequest.newBuilder(URI.create(at.ingestUrl() + "/webhooks/stripe"))
            .header("Stripe-Signature", "t=" + now + ",v1=" + signature)
            .POST(BodyPublishers.ofString(event))
            .build(),
        BodyHandlers.ofString());
  }

  @Override
  public void close() {
    http.close();
  }
}
