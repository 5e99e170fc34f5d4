package dev.tailrace.consumers.billing;

import static dev.tailrace.consumers.billing.StripeObjects.completed;
import static dev.tailrace.consumers.billing.StripeObjects.deleted;
import static dev.tailrace.consumers.billing.StripeObjects.invoice;
import static dev.tailrace.consumers.billing.StripeObjects.paid;
import static dev.tailrace.consumers.billing.StripeObjects.session;
import static dev.tailrace.consumers.billing.StripeObjects.subscription;
import static dev.tailrace.consumers.billing.StripeObjects.updated;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import dev.tailrace.contracts.event.AccountEvent.EstateCreated;
import dev.tailrace.contracts.event.BillingEvent.CheckoutInitiated;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.effects.EffectsDriver;
import dev.tailrace.standins.StripeStandIn;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The consumers without Kafka, with Stripe's stand-in behind Stripe's SDK. */
class BillingApplicationIT {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final String SYNC = "syncSubscription";
  private static final String CLEAR = "clearSubscription";
  private static final String START = "startCheckout";
  private static final String ACTIVATE = "activateSubscription";

  private final SettableClock stripesClock = new SettableClock();
  private final StripeStandIn stripe = StripeStandIn.start(0, stripesClock);
  private TestDatabase database;
  private EffectsDriver billing;

  @TempDir private Path state;

  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    var payments =
        new StripePayments(
            new BillingConfig.Stripe("sk_test_1", URI.create(stripe.url()), "price_metered"));
    billing =
        EffectsDriver.of(
            Billing.application(database.dataSource(), payments, Clock.systemUTC()),
            database.dataSource(),
            state);
    organization("org_1");
  }

  @AfterEach
  void stop() {
    billing.close();
    database.close();
    stripe.close();
  }

  private void organization(String id) {
    database.execute("insert into organization (id, name, slug) values (?, ?, ?)", id, id, id);
  }

  private void account(String customer) {
    database.execute(
        "insert into billing_account (organization_id, stripe_customer_id) values ('org_1', ?)",
        customer);
  }

  private void arrives(String event, Instant created, String status) {
    billing.arrives(updated(event, created, subscription("cus_1", status)));
  }

  private List<String> accounts() {
    return database.strings(
        "select concat_ws(' ', organization_id, stripe_customer_id, subscription_id, subscription_item_id, subscription_status) from billing_account");
  }

  @Test
  void anEventThatComesBeforeItsCustomerIsKnownWaitsForIt() {
    arrives("evt_1", NOON, "active");
    assertThat(billing.waiting(SYNC))
        .containsExactly("customer cus_1 is unknown here: no billing_account has it");

    account("cus_1");
    billing.passes(Duration.ofSeconds(1));
    assertThat(billing.done(SYNC)).containsExactly("billing_account org_1 → active");
    assertThat(billing.pending()).isZero();
  }

  @Test
  void ofACustomerWhoStaysUnknownADeadLetterTells() {
    arrives("evt_1", NOON, "active");
    billing.passes(Duration.ofHours(25));

    assertThat(billing.dead(SYNC)).singleElement().asString().contains("customer cus_1 is unknown");
  }

  @Test
  void anEventOfAnotherAccountOfStripeIsADeadLetterAtOnce() {
    billing.arrives(
        NewEvent.of(
            "stripe/acct_2", NOON, updated("evt_1", NOON, subscription("cus_9", "active"))));

    assertThat(billing.dead(SYNC))
        .containsExactly(
            "account: acct_2 is another account of Stripe, and no customer of it is known here");
  }

  @Test
  void anOlderEventIsSkipped() {
    account("cus_1");
    arrives("evt_2", NOON.plusSeconds(5), "past_due");
    arrives("evt_1", NOON, "active");

    assertThat(billing.done(SYNC)).containsExactly("billing_account org_1 → past_due");
    assertThat(billing.skipped(SYNC)).hasSize(1);
  }

  @Test
  void ofTwoEventsOfOneSecondStripesOwnWordIsTakenWhenItAnswers() {
    String customer = stripe.createCustomer("One", "one@example.com");
    String subscription = stripe.createSubscription(customer, "price_1");
    account(customer);
    billing.arrives(updated("evt_1", NOON, subscription(subscription, customer, "paused")));
    stripe.faults().fail(503);
    billing.arrives(updated("evt_2", NOON, subscription(subscription, customer, "past_due")));
    assertThat(billing.waiting(SYNC)).singleElement().asString().contains("503");

    stripe.faults().healthy();
    billing.passes(Duration.ofSeconds(1));
    assertThat(billing.done(SYNC))
        .containsExactly("billing_account org_1 → paused", "billing_account org_1 → active");
  }

  @Test
  void anEndedSubscriptionLeavesItsStatusAndNoEarlierEventRevivesIt() {
    account("cus_1");
    arrives("evt_1", NOON, "active");
    billing.arrives(deleted("evt_3", NOON.plusSeconds(9), subscription("cus_1", "canceled")));
    arrives("evt_2", NOON.plusSeconds(5), "past_due");

    assertThat(billing.done(CLEAR)).containsExactly("billing_account org_1 → canceled");
    assertThat(accounts()).containsExactly("org_1 cus_1 canceled");
  }

  @Test
  void theEndOfAFormerSubscriptionDoesNotEndTheOneThatLives() {
    String customer = stripe.createCustomer("One", "one@example.com");
    String lives = stripe.createSubscription(customer, "price_1");
    account(customer);
    billing.arrives(updated("evt_1", NOON, subscription(lives, customer, "active")));
    billing.arrives(
        deleted("evt_2", NOON.plusSeconds(9), subscription("sub_former", customer, "canceled")));

    assertThat(accounts()).singleElement().asString().contains(lives).endsWith("active");
  }

  @Test
  void aPaidInvoiceMakesActiveWhatStripeSaysIsActive() {
    String customer = stripe.createCustomer("One", "one@example.com");
    String subscription = stripe.createSubscription(customer, "price_1");
    account(customer);
    billing.arrives(updated("evt_1", NOON, subscription(subscription, customer, "past_due")));
    billing.arrives(paid("evt_2", NOON, invoice(customer, subscription)));

    assertThat(billing.done("recordInvoicePaid")).containsExactly("billing_account org_1 → active");
  }

  @Test
  void anInvoiceOfOldApiVersionsNamesItsSubscriptionAtTheTop() {
    String customer = stripe.createCustomer("One", "one@example.com");
    String subscription = stripe.createSubscription(customer, "price_1");
    account(customer);
    ObjectNode old = StripeObjects.plainInvoice(customer).put("subscription", subscription);
    billing.arrives(paid("evt_1", NOON, old));

    assertThat(billing.done("recordInvoicePaid")).containsExactly("billing_account org_1 → active");
  }

  @Test
  void anInvoiceOfSomethingElseIsSkipped() {
    account("cus_1");
    billing.arrives(paid("evt_1", NOON, StripeObjects.plainInvoice("cus_1")));

    assertThat(billing.skipped("recordInvoicePaid"))
        .containsExactly("invoice in_1 is of no subscription");
  }

  @Test
  void analyticsAreToldOfAnInvoiceThatWasPaid() {
    account("cus_1");
    billing.arrives(paid("evt_1", NOON, StripeObjects.plainInvoice("cus_1")));

    assertThat(payloads("analytics:captured"))
        .singleElement()
        .asString()
        .contains("\"invoice_paid\"", "\"org_1\"", "2000");
  }

  @Test
  void anAmountThatIsNoneIsADeadLetterThatNamesTheField() {
    account("cus_1");
    ObjectNode vast = StripeObjects.plainInvoice("cus_1");
    vast.put("amount_paid", 1L + Integer.MAX_VALUE);
    billing.arrives(paid("evt_1", NOON, vast));

    assertThat(billing.dead("trackBilling"))
        .containsExactly(
            "the object of evt_1 can't be read: /object/amount_paid must be a whole number of the currency's smallest unit, at most 2147483647");
  }

  @Test
  void whoHasPaidIsLinkedWithTheSubscriptionThatStripeSaysThereIs() {
    String customer = stripe.createCustomer("One", "one@example.com");
    String subscription = stripe.createSubscription(customer, "price_1");
    checkout();
    billing.arrives(completed("evt_1", NOON, session("org_1", customer, subscription)));

    assertThat(billing.done(ACTIVATE)).containsExactly("org_1 pays as " + customer + ", active");
    assertThat(accounts()).singleElement().asString().contains(subscription).endsWith("active");
    assertThat(database.strings("select state from checkout")).containsExactly("completed");
  }

  @Test
  void aSessionOfNobodyOrOfSomebodyElseIsADeadLetterThatNamesTheField() {
    String customer = stripe.createCustomer("One", "one@example.com");
    account(customer);
    organization("org_2");
    billing.arrives(completed("evt_1", NOON, session("org_9", "cus_9", "sub_9")));
    billing.arrives(completed("evt_2", NOON, session("org_2", customer, "sub_9")));
    ObjectNode nobody = session("", "cus_9", "sub_9");
    nobody.remove("client_reference_id");
    billing.arrives(completed("evt_3", NOON, nobody));

    assertThat(billing.dead(ACTIVATE))
        .containsExactly(
            "/object/client_reference_id: there is no organization org_9",
            "/object/customer: " + customer + " pays for org_1, and the session is of org_2",
            "the session of evt_3 can't be read: /object/client_reference_id is missing");
  }

  private void checkout() {
    database.execute(
        "insert into checkout (id, organization_id, email, success_url, cancel_url) values ('chk_1', 'org_1', 'one@example.com', 'https://a.example.com', 'https://b.example.com')");
  }

  private static CheckoutInitiated initiated() {
    return new CheckoutInitiated(
        "chk_1",
        "org_1",
        "one",
        "One",
        Optional.empty(),
        "one@example.com",
        "https://a.example.com",
        "https://b.example.com");
  }

  @Test
  void aCheckoutGetsItsPage() {
    checkout();
    billing.arrives(initiated());

    assertThat(billing.done(START)).hasSize(1);
    assertThat(database.strings("select state || ' ' || url from checkout"))
        .singleElement()
        .asString()
        .startsWith("ready https://checkout.stripe.com/");
    assertThat(payloads("billing:checkout:ready")).hasSize(1);
    assertThat(accounts()).hasSize(1);
  }

  @Test
  void anOutageOfStripeHealsByItselfWithoutASecondCustomerOrSession() throws Exception {
    checkout();
    stripe.faults().on("POST", "/v1/customers").fail(500, 1);
    billing.arrives(initiated());
    stripe.faults().down();
    billing.passes(Duration.ofSeconds(2));
    stripe.faults().fail(429, 1);
    billing.passes(Duration.ofMinutes(1));
    stripe.faults().healthy();
    billing.passes(Duration.ofMinutes(5));

    assertThat(database.strings("select state from checkout")).containsExactly("ready");
    assertThat(made("customer.created")).isEqualTo(1);
    assertThat(sessions()).isEqualTo(1);
  }

  @Test
  void whatIsAskedForWhenStripeHasForgottenTheKeyIsNotMadeTwice() {
    checkout();
    Envelope event = billing.arrives(initiated());
    database.execute("delete from effect_done");
    database.execute("delete from billing_account");
    stripesClock.advance(Duration.ofDays(2));
    billing.arrives(event);

    assertThat(accounts()).hasSize(1);
    assertThat(made("customer.created")).isEqualTo(1);
  }

  @Test
  void whatWasGivenUpIsToldToThePersonWithItsReason() {
    checkout();
    stripe.faults().down();
    billing.arrives(initiated());
    billing.passes(Duration.ofHours(2));
    billing.passes(Duration.ofMinutes(1));

    assertThat(database.strings("select state || ' ' || reason from checkout"))
        .singleElement()
        .asString()
        .startsWith("failed ");
    assertThat(payloads("billing:checkout:failed")).hasSize(1);
  }

  @Test
  void anEstatesOwnerBecomesACustomerOnce() {
    person();
    billing.arrives(new EstateCreated("est_1", "usr_1"));
    billing.arrives(new EstateCreated("est_1", "usr_1"));

    assertThat(billing.done("createStripeCustomer")).hasSize(1);
    assertThat(billing.skipped("createStripeCustomer")).hasSize(1);
    assertThat(made("customer.created")).isEqualTo(1);
    assertThat(database.strings("select stripe_customer_id from estate"))
        .singleElement()
        .asString()
        .startsWith("cus_");
  }

  @Test
  void anEstateOfNobodyIsADeadLetterThatNamesTheField() {
    billing.arrives(new EstateCreated("est_9", "usr_9"));

    assertThat(billing.dead("createStripeCustomer"))
        .containsExactly("ownerUserId: there is no user usr_9 who owns estate est_9");
  }

  private void person() {
    database.execute(
        "insert into app_user (id, email, name, signup_method) values ('usr_1', 'ann@example.com', 'Ann', 'email')");
    database.execute("insert into estate (id, owner_user_id) values ('est_1', 'usr_1')");
  }

  private long made(String type) {
    return stripe.events().stream().filter(event -> event.type().equals(type)).count();
  }

  private int sessions() throws StripeException {
    return StripeClient.builder()
        .setApiKey("sk_test_1")
        .setApiBase(stripe.url())
        .build()
        .v1()
        .checkout()
        .sessions()
        .list()
        .getData()
        .size();
  }

  private List<String> payloads(String type) {
    return database.strings("select payload from outbox_event where type = ?", type);
  }
}
