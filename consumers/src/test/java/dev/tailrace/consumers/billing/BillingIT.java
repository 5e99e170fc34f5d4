package dev.tailrace.consumers.billing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.AccountEvent.EstateCreated;
import dev.tailrace.contracts.event.BillingEvent.CheckoutInitiated;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.StripeEvent;
import dev.tailrace.contracts.event.Topics;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.standins.StripeStandIn;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.ConsumerSettings;
import dev.tailrace.testkit.RelayedEvent;
import dev.tailrace.testkit.TestDatabase;
import dev.tailrace.testkit.TestTopics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The billing application between a real Kafka, a real Postgres, and Stripe's stand-in behind
 * Stripe's SDK.
 */
class BillingIT {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  private static final List<Class<? extends Event>> FOLLOWED =
      List.of(StripeEvent.class, EstateCreated.class, CheckoutInitiated.class);

  private final Topics names = new Topics("");
  private TestDatabase database;
  private TestTopics topics;
  private StripeStandIn stripe;
  private Service billing;
  private int events;

  @TempDir private Path state;

  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    topics = TestTopics.create();
    for (var family : FOLLOWED) {
      for (var type : Catalogue.family(family)) {
        topics.create(names.events(type), 2, Map.of());
      }
    }
    stripe = StripeStandIn.start(0, Clock.systemUTC());
    billing = Billing.start(BillingConfig.from(environment()), Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    billing.close();
    stripe.close();
    topics.close();
    database.close();
  }

  private Map<String, String> environment() {
    var environment = ConsumerSettings.of("BILLING_", database, topics, state);
    environment.put("BILLING_STRIPE_SECRET_KEY", "sk_test_1");
    environment.put("BILLING_STRIPE_API_BASE", stripe.url());
    environment.put("BILLING_STRIPE_PRICE_ID", "price_metered");
    return environment;
  }

  private void account(String organization, String customer) {
    database.execute(
        "insert into organization (id, name, slug) values (?, ?, ?)",
        organization,
        organization,
        organization);
    database.execute(
        "insert into billing_account (organization_id, stripe_customer_id) values (?, ?)",
        organization,
        customer);
  }

  private void arrives(StripeEvent event) {
    var type = Catalogue.of(event.getClass());
    topics.send(
        names.events(type),
        event.subject(),
        new RelayedEvent(
            ++events,
            type.name(),
            "org_1",
            type.aggregateType(),
            event.subject(),
            event.created(),
            Json.write(event)));
  }

  private List<String> status(String customer) {
    return database.strings(
        "select subscription_status from billing_account where stripe_customer_id = ?", customer);
  }

  private void awaitStatus(String customer, String wanted) {
    Await.untilAsserted(
        customer + " is " + wanted,
        () -> assertThat(status(customer)).as("after %s", attempts()).containsExactly(wanted));
  }

  private List<String> attempts() {
    return topics.readAll("effects.attempts").stream()
        .map(attempt -> text(attempt.value()))
        .toList();
  }

  private void awaitSettled(int number) {
    Await.until("event " + number + " is settled", () -> outcome(number).size() == 1);
  }

  private List<String> outcome(int number) {
    return database.strings(
        "select outcome from effect_done where event_id = ?", RelayedEvent.id(number));
  }

  @Test
  void aSubscriptionBecomesTheAccountsState() throws Exception {
    account("org_1", "cus_1");
    arrives(StripeObjects.updated("evt_1", NOON, StripeObjects.subscription("cus_1", "active")));
    awaitStatus("cus_1", "active");

    assertThat(
            database.strings(
                "select concat_ws(' ', organization_id, subscription_id, subscription_item_id, extract(epoch from period_end)::bigint) from billing_account"))
        .containsExactly("org_1 sub_1 si_1 1702592000");
  }

  @Test
  void anOlderEventNeverOverwritesANewerOne() throws Exception {
    account("org_1", "cus_1");
    arrives(
        StripeObjects.updated(
            "evt_2", NOON.plusSeconds(5), StripeObjects.subscription("cus_1", "past_due")));
    arrives(StripeObjects.updated("evt_1", NOON, StripeObjects.subscription("cus_1", "active")));
    awaitSettled(2);

    assertThat(outcome(2)).containsExactly("skipped");
    assertThat(status("cus_1")).containsExactly("past_due");
  }

  @Test
  void ofTwoEventsOfOneSecondStripeIsAskedWhichHolds() throws Exception {
    String customer = stripe.createCustomer("Demo", "demo@example.com");
    String subscription = stripe.createSubscription(customer, "price_1");
    account("org_1", customer);
    ObjectNode paused = StripeObjects.subscription(subscription, customer, "paused");
    arrives(StripeObjects.updated("evt_1", NOON, paused));
    awaitStatus(customer, "paused");
    arrives(StripeObjects.updated("evt_2", NOON, paused));
    awaitStatus(customer, "active");

    assertThat(stripe.requests().list())
        .anyMatch(request -> request.path().equals("/v1/subscriptions"));
  }

  @Test
  void anUnknownCustomerIsTriedAgainUntilItIsKnown() throws Exception {
    arrives(StripeObjects.updated("evt_1", NOON, StripeObjects.subscription("cus_9", "active")));
    Await.until("an attempt has failed", () -> !topics.readAll("effects.attempts").isEmpty());
    account("org_9", "cus_9");

    awaitStatus("cus_9", "active");
  }

  @Test
  void anObjectThatIsNoSubscriptionIsADeadLetterThatNamesTheField() throws Exception {
    account("org_1", "cus_1");
    ObjectNode broken = StripeObjects.subscription("cus_1", "active");
    broken.remove("items");
    arrives(StripeObjects.updated("evt_1", NOON, broken));
    arrives(
        StripeObjects.updated(
            "evt_2", NOON.plusSeconds(1), StripeObjects.subscription("cus_1", "active")));
    awaitStatus("cus_1", "active");

    Await.untilAsserted(
        "the dead letter is there",
        () ->
            assertThat(topics.readAll("effects.dead.billing"))
                .extracting(dead -> text(dead.headers().lastHeader("tailrace-reason").value()))
                .containsExactly(
                    "the subscription of evt_1 can't be read: /object/items/data/0/id is missing"));
  }

  private static String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }
}
