package dev.tailrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A subscription's whole life, through everything that runs. */
class SubscriptionLifeIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ORDERS = 12;

  @TempDir private static Path folder;

  private static RunningTailrace tailrace;
  private static Calls calls;
  private static Rows rows;

  @BeforeAll
  static void up() throws IOException {
    tailrace = RunningTailrace.up(folder.resolve("data"), RunningTailrace.freePortBase());
    calls = new Calls(tailrace.whereabouts());
    rows = new Rows(tailrace.whereabouts());
  }

  @AfterAll
  static void stop() throws InterruptedException {
    calls.close();
    tailrace.stop();
  }

  @Test
  void fromTheCheckoutToItsEnd() throws Exception {
    String organization = organization("whole");
    String checkout = checkout(organization);
    JsonNode page = awaitCheckout(organization, checkout, "ready");
    assertThat(page.path("url").asText()).startsWith("https://checkout.stripe.com/");

    String subscription = calls.stripe().complete(session(checkout));
    delivered(organization);
    awaitCheckout(organization, checkout, "completed");
    awaitStatus(organization, "active");
    for (Map.Entry<String, String> step : steps()) {
      calls.stripe().take(step.getKey(), subscription);
      delivered(organization);
      awaitStatus(organization, step.getValue());
    }
    assertThat(account(organization)).doesNotContain(subscription);
  }

  /** What is done at Stripe, and what the account is then. */
  private static List<Map.Entry<String, String>> steps() {
    return List.of(
        Map.entry("pay", "active"),
        Map.entry("update", "active"),
        Map.entry("fail", "past_due"),
        Map.entry("pay", "active"),
        Map.entry("pause", "paused"),
        Map.entry("resume", "active"),
        Map.entry("cancel", "canceled"));
  }

  @Test
  void inAnyOrderAndDoubledItEndsTheSame() {
    Seeds.forEach(
        1,
        seed -> {
          var ends = new HashMap<String, String>();
          var events = new ArrayList<String>();
          for (int i = 0; i < ORDERS; i++) {
            String organization = organization("shuffled-" + i);
            String checkout = checkout(organization);
            awaitCheckout(organization, checkout, "ready");
            String subscription = calls.stripe().complete(session(checkout));
            int last = seed.between(1, steps().size());
            for (Map.Entry<String, String> step : steps().subList(0, last)) {
              calls.stripe().take(step.getKey(), subscription);
            }
            ends.put(organization, steps().get(last - 1).getValue());
            events.addAll(undelivered(organization));
          }
          List<String> doubled = new ArrayList<>(events);
          doubled.addAll(events);
          for (String event : seed.shuffled(doubled)) {
            assertThat(calls.deliver(event).statusCode()).isEqualTo(200);
          }
          for (Map.Entry<String, String> end : ends.entrySet()) {
            awaitStatus(end.getKey(), end.getValue());
          }
          awaitNothingPending();
          for (Map.Entry<String, String> end : ends.entrySet()) {
            assertThat(account(end.getKey())).contains(end.getValue());
          }
        });
  }

  @Test
  void anOutageOfStripeIsWaitedOutWithoutASecondCustomerOrSession() throws Exception {
    String organization = organization("outage");
    calls.stripe().faults("{\"state\":\"down\",\"for\":\"PT10S\"}");
    String checkout = checkout(organization);
    assertThat(status(organization, checkout).path("status").asText()).isEqualTo("pending");
    awaitCheckout(organization, checkout, "ready");

    String customer =
        row(
            "select stripe_customer_id from billing_account where organization_id = ?",
            organization);
    assertThat(calls.stripe().customersOf(organization)).containsExactly(customer);
    assertThat(calls.stripe().sessionsOf(customer)).containsExactly(session(checkout));
  }

  private static String organization(String slug) throws Exception {
    String user =
        calls
            .rpc(
                "user.create",
                "{\"email\":\"%s@example.com\",\"name\":\"Ann\",\"signupMethod\":\"email\"}"
                    .formatted(slug))
            .path("userId")
            .asText();
    return calls
        .rpc(
            "organization.create",
            "{\"name\":\"%s\",\"slug\":\"%s\",\"ownerUserId\":\"%s\"}".formatted(slug, slug, user))
        .path("organizationId")
        .asText();
  }

  private static String checkout(String organization) throws Exception {
    return calls
        .rpc(
            "billing.createCheckout",
            """
            {"organizationId":"%s","email":"%s@example.com",
             "successUrl":"https://app.example.com/done","cancelUrl":"https://app.example.com/back"}"""
                .formatted(organization, organization))
        .path("checkoutId")
        .asText();
  }

  private static JsonNode status(String organization, String checkout) throws Exception {
    return calls.rpc(
        "billing.getCheckout",
        "{\"organizationId\":\"%s\",\"checkoutId\":\"%s\"}".formatted(organization, checkout));
  }

  private static JsonNode awaitCheckout(String organization, String checkout, String wanted)
      throws Exception {
    Await.until(
        "the checkout is " + wanted,
        PATIENCE,
        () -> status(organization, checkout).path("status").asText().equals(wanted));
    return status(organization, checkout);
  }

  /** The events of the organisation's customer that were not delivered yet, in their order. */
  private static List<String> undelivered(String organization) throws Exception {
    String customer =
        row(
            "select stripe_customer_id from billing_account where organization_id = ?",
            organization);
    return calls.stripe().newEvents(customer);
  }

  private static void delivered(String organization) throws Exception {
    for (String event : undelivered(organization)) {
      assertThat(calls.deliver(event).statusCode()).isEqualTo(200);
    }
  }

  private static void awaitStatus(String organization, String wanted) {
    Await.until(
        organization + " is " + wanted, PATIENCE, () -> account(organization).endsWith(wanted));
  }

  private static void awaitNothingPending() {
    Await.until(
        "nothing waits",
        PATIENCE,
        () ->
            row("select count(*) from effect where state not in ('done', 'skipped', 'cancelled')")
                .equals("0"));
  }

  private static String account(String organization) throws Exception {
    return row(
        "select concat_ws(' ', subscription_id, subscription_status) from billing_account where organization_id = ?",
        organization);
  }

  private static String session(String checkout) throws Exception {
    return row("select stripe_session_id from checkout where id = ?", checkout);
  }

  private static String row(String query, String... values) throws Exception {
    return rows.first(query, values);
  }
}
