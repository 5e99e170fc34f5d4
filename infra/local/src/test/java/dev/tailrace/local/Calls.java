package dev.tailrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.net.Webhook;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.standins.SlackSignature;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/** What is called from outside of what runs: procedures, webhooks, Stripe and Daytona. */
final class Calls implements AutoCloseable {

  private final Whereabouts at;
  private final HttpClient http = HttpClient.newHttpClient();
  private final AtStripe stripe;
  private final AtDaytona daytona;
  private final AtomicInteger said = new AtomicInteger();

  Calls(Whereabouts at) {
    this.at = at;
    this.stripe = new AtStripe(at.stripeUrl(), http);
    this.daytona = new AtDaytona(at.daytonaUrl(), http);
  }

  AtStripe stripe() {
    return stripe;
  }

  AtDaytona daytona() {
    return daytona;
  }

  /** Somebody writes in a thread in Slack; answers Slack's id of the event. */
  String slack(String team, String channel, String thread, int number) throws Exception {
    String id = "Ev" + said.incrementAndGet();
    Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
    String body =
        """
        {"type":"event_callback","team_id":"%s","event_id":"%s","event_time":%d,
         "event":{"type":"message","channel":"%s","user":"U1","text":"%d","ts":"%d.%06d","thread_ts":"%s"}}"""
            .formatted(
                team,
                id,
                now.getEpochSecond(),
                channel,
                number,
                now.getEpochSecond(),
                number,
                thread);
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(at.ingestUrl() + "/webhooks/slack/events"))
                .header("X-Slack-Request-Timestamp", Long.toString(now.getEpochSecond()))
                .header(
                    "X-Slack-Signature", SlackSignature.header(Pipeline.WEBHOOK_SECRET, now, body))
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return id;
  }

  /** Somebody writes a mail, which comes in at Resend. */
  void mail(String from, String to, String subject) throws Exception {
    String mail =
        Json.MAPPER
            .createObjectNode()
            .put("from", from)
            .put("subject", subject)
            .put("text", "Is the oven free?")
            .set("to", Json.MAPPER.createArrayNode().add(to))
            .toString();
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(at.resendUrl() + "/_standin/receive"))
                .POST(BodyPublishers.ofString(mail))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
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
