package dev.tailrace.consumers.billing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.effects.EffectsDriver;
import dev.tailrace.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The consumer without Kafka and Stripe: how any consumer can be tested. */
class SyncSubscriptionIT {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final String SYNC = "syncSubscription";

  private TestDatabase database;
  private Subscriptions.Answer answer = new Subscriptions.Answer.Unavailable("status 503");
  private EffectsDriver billing;

  @TempDir private Path state;

  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    var accounts = new BillingAccounts(database.dataSource());
    billing =
        EffectsDriver.of(
            Billing.application(accounts, subscription -> answer), database.dataSource(), state);
  }

  @AfterEach
  void stop() {
    billing.close();
    database.close();
  }

  private void account(String customer) {
    database.execute("insert into organization (id, name, slug) values ('org_1', 'One', 'one')");
    database.execute(
        "insert into billing_account (organization_id, stripe_customer_id) values ('org_1', ?)",
        customer);
  }

  private void arrives(String event, Instant created, String status) {
    billing.arrives(
        StripeObjects.updated(event, created, StripeObjects.subscription("cus_1", status)));
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
  void anOlderEventIsSkipped() {
    account("cus_1");
    arrives("evt_2", NOON.plusSeconds(5), "past_due");
    arrives("evt_1", NOON, "active");

    assertThat(billing.done(SYNC)).containsExactly("billing_account org_1 → past_due");
    assertThat(billing.skipped(SYNC)).hasSize(1);
  }

  @Test
  void whileStripeDoesNotAnswerItIsAskedAgainForADay() {
    account("cus_1");
    arrives("evt_1", NOON, "paused");
    arrives("evt_2", NOON, "active");
    assertThat(billing.waiting(SYNC)).containsExactly("status 503");

    for (int hour = 0; hour < 24; hour++) {
      assertThat(billing.dead(SYNC)).as("after %d hours", hour).isEmpty();
      billing.passes(Duration.ofHours(1));
    }
    assertThat(billing.dead(SYNC)).singleElement().asString().contains("status 503");
  }

  @Test
  void ofTwoEventsOfOneSecondStripesOwnWordIsTaken() {
    account("cus_1");
    arrives("evt_1", NOON, "paused");
    answer = new Subscriptions.Answer.Found(StripeObjects.subscription("cus_1", "active"));
    arrives("evt_2", NOON, "active");

    assertThat(billing.done(SYNC))
        .containsExactly("billing_account org_1 → paused", "billing_account org_1 → active");
  }
}
