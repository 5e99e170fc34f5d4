package dev.tailrace.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.Topics;
import dev.tailrace.standins.StripeSignature;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A subscription that was made at Stripe: from its signed webhook to the organisation's billing
 * account.
 */
final class SubscriptionJourney {

  private static final String TYPE = "customer.subscription.created";
  private static final String ORGANIZATION = "org_demo";

  private final Whereabouts whereabouts;
  private final Sights sights;
  private final Terminal terminal;
  private final Clock clock;
  private final HttpClient http = HttpClient.newHttpClient();

  SubscriptionJourney(Whereabouts whereabouts, Sights sights, Terminal terminal, Clock clock) {
    this.whereabouts = whereabouts;
    this.sights = sights;
    this.terminal = terminal;
    this.clock = clock;
  }

  void run() {
    String customer = stripe("/v1/customers", "email=demo@example.com").path("id").asText();
    organization(customer);
    JsonNode subscription =
        stripe("/v1/subscriptions", "customer=" + customer + "&items[0][price]=price_demo");
    String event = event(subscription);

    terminal.line("\nstripe:" + TYPE + "   " + id(event));
    var journey = new Journey(terminal);
    journey.step("POST /webhooks/stripe", "signed by Stripe's rules");
    HttpResponse<String> answer = deliver(event);
    long answered = journey.now();
    String outboxId =
        sights.row(
            "the receipt is there",
            "select event_id from webhook_receipt where source = 'stripe' and dedupe_key = ?",
            id(event));
    journey.step(answered, answer.statusCode() + ", committed", "outbox " + outboxId);
    ConsumerRecord<String, String> record =
        sights.inTopic(new Topics("").events(Sights.SUBSCRIPTION), outboxId);
    journey.step(Sights.place(record), Sights.seq(record));
    JsonNode settled = sights.settled("syncSubscription", outboxId);
    journey.step(
        "billing · syncSubscription",
        settled.path("outcome").asText() + "   " + settled.path("detail").asText());
    String row =
        sights.row(
            "the billing account is there",
            """
            select organization_id || ' · ' || subscription_id || ' · ' || subscription_status
            from billing_account where stripe_customer_id = ?""",
            customer);
    journey.step("billing_account", row);
  }

  /** The demo's organisation, paying as this customer from now on. */
  private void organization(String customer) {
    try (PreparedStatement upsert =
        sights
            .database()
            .prepareStatement(
                """
                with owner as (
                  insert into organization (id, name, slug) values (?, 'Demo', 'demo')
                  on conflict (id) do update set name = excluded.name returning id)
                insert into billing_account (organization_id, stripe_customer_id)
                select id, ? from owner
                on conflict (organization_id) do update set
                  stripe_customer_id = excluded.stripe_customer_id, stripe_event_created = null, stripe_event_id = null""")) {
      upsert.setString(1, ORGANIZATION);
      upsert.setString(2, customer);
      upsert.executeUpdate();
    } catch (SQLException e) {
      throw new CannotException("the demo's organisation could not be made: " + e.getMessage(), e);
    }
  }

  /** The event that Stripe made of the new subscription. */
  private String event(JsonNode subscription) {
    var event = Json.MAPPER.createObjectNode();
    event.put("id", "evt_demo_" + Long.toString(clock.millis(), 36));
    event.put("object", "event");
    event.put("api_version", "2025-03-31.basil");
    event.put("created", clock.instant().getEpochSecond());
    event.put("livemode", false);
    event.put("type", TYPE);
    event.putObject("data").set("object", subscription);
    return event.toString();
  }

  private static String id(String event) {
    try {
      return Json.read(event).path("id").asText();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> deliver(String event) {
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(URI.create(whereabouts.ingestUrl() + "/webhooks/stripe"))
                .header("Content-Type", "application/json")
                .header(
                    "Stripe-Signature",
                    StripeSignature.header(whereabouts.webhookSecret(), clock.instant(), event))
                .POST(BodyPublishers.ofString(event))
                .build());
    if (answer.statusCode() != 200) {
      throw new CannotException(
          "the webhook was answered " + answer.statusCode() + ": " + answer.body());
    }
    return answer;
  }

  private JsonNode stripe(String path, String form) {
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(URI.create(whereabouts.stripeUrl() + path))
                .header("Authorization", "Bearer sk_test_demo")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build());
    try {
      if (answer.statusCode() != 200) {
        throw new CannotException(
            "Stripe's stand-in answered " + answer.statusCode() + ": " + answer.body());
      }
      return Json.read(answer.body());
    } catch (IOException e) {
      throw new IllegalStateException("Stripe's stand-in answered no JSON", e);
    }
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new CannotException(request.uri() + " does not answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotException("interrupted", e);
    }
  }
}
