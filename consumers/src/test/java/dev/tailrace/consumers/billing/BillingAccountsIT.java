package dev.tailrace.consumers.billing;

import static dev.tailrace.consumers.billing.BillingAccounts.Witness.EVENT;
import static dev.tailrace.consumers.billing.BillingAccounts.Witness.PROVIDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.consumers.billing.BillingAccounts.Applied;
import dev.tailrace.consumers.billing.BillingAccounts.Witness;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.TestDatabase;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BillingAccountsIT {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final Applied CHANGED = new Applied.Changed("org_1");

  private TestDatabase database;
  private BillingAccounts accounts;

  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    accounts = new BillingAccounts(database.dataSource());
    database.execute("insert into organization (id, name, slug) values ('org_1', 'One', 'one')");
    database.execute(
        "insert into billing_account (organization_id, stripe_customer_id) values ('org_1', 'cus_1')");
  }

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void ofOneSecondOnlyTheSameEventOrTheProvidersOwnWordIsTaken() throws Exception {
    assertThat(apply("evt_1", NOON, "paused", EVENT)).isEqualTo(CHANGED);
    assertThat(apply("evt_2", NOON, "active", EVENT)).isEqualTo(new Applied.SameSecond());
    assertThat(status()).isEqualTo("paused");

    assertThat(apply("evt_1", NOON, "paused", EVENT)).isEqualTo(CHANGED);
    assertThat(apply("evt_2", NOON, "active", PROVIDER)).isEqualTo(CHANGED);
    assertThat(status()).isEqualTo("active");
  }

  @Test
  void whatIsOlderIsTakenFromNobody() throws Exception {
    apply("evt_2", NOON.plusSeconds(1), "active", EVENT);

    assertThat(apply("evt_1", NOON, "paused", EVENT)).isEqualTo(new Applied.Older());
    assertThat(apply("evt_1", NOON, "paused", PROVIDER)).isEqualTo(new Applied.Older());
    assertThat(status()).isEqualTo("active");
  }

  private Applied apply(String event, Instant created, String status, Witness witness)
      throws Exception {
    var subscription = StripeObjects.subscription("cus_1", status);
    var state = SubscriptionState.read(subscription);
    return Database.inTransaction(
        database.dataSource(),
        connection ->
            accounts.apply(
                connection, state, witness, StripeObjects.updated(event, created, subscription)));
  }

  private String status() {
    return database.strings("select subscription_status from billing_account").getFirst();
  }
}
