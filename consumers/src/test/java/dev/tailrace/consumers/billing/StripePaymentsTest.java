package dev.tailrace.consumers.billing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.consumers.billing.Payments.CheckoutDraft;
import dev.tailrace.consumers.billing.Payments.CheckoutPage;
import dev.tailrace.consumers.billing.Payments.CustomerDraft;
import dev.tailrace.standins.StripeStandIn;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StripePaymentsTest {

  private static final CustomerDraft ONE =
      new CustomerDraft("organization_id", "org_1", "One", "one@example.com");

  private final StripeStandIn stripe = StripeStandIn.start(0, Clock.systemUTC());
  private final Payments payments =
      new StripePayments(
          new BillingConfig.Stripe("sk_test_1", URI.create(stripe.url()), "price_metered"));

  @AfterEach
  void stop() {
    stripe.close();
  }

  @Test
  void asksAgainForWhateverCanChangeAndForARotatedKeyToo() {
    for (int status : new int[] {401, 403, 409, 429, 500, 503}) {
      stripe.faults().fail(status);
      assertThat(payments.subscriptionsOf("cus_1"))
          .as("%d", status)
          .isInstanceOf(Answer.Unavailable.class);
    }
    stripe.faults().down();
    assertThat(payments.subscriptionsOf("cus_1")).isInstanceOf(Answer.Unavailable.class);
  }

  @Test
  void givesUpWhatWasWronglyAsked() {
    stripe.faults().fail(400);
    assertThat(payments.customer(ONE, "key")).isInstanceOf(Answer.Refused.class);
  }

  @Test
  void leavesRepeatsToTheEffect() {
    stripe.faults().fail(500);
    payments.subscriptionsOf("cus_1");

    assertThat(stripe.requests().list()).hasSize(1);
  }

  @Test
  void readsAllSubscriptionsOfACustomer() {
    String customer = stripe.createCustomer("One", "one@example.com");
    String other = stripe.createCustomer("Other", "other@example.com");
    String first = stripe.createSubscription(customer, "price_1");
    String second = stripe.createSubscription(customer, "price_1");
    stripe.createSubscription(other, "price_1");

    assertThat(found(payments.subscriptionsOf(customer)))
        .extracting(subscription -> subscription.path("id").asText())
        .containsExactlyInAnyOrder(first, second);
  }

  @Test
  void makesACustomerOnceForOneKey() {
    String made = found(payments.customer(ONE, "key"));

    assertThat(found(payments.customer(ONE, "key"))).isEqualTo(made);
    assertThat(customers()).containsExactly(made);
  }

  @Test
  void findsTheCustomerThatAnEarlierAttemptMadeUnderAnotherKey() {
    String made = found(payments.customer(ONE, "key"));

    assertThat(found(payments.customer(ONE, "other"))).isEqualTo(made);
    assertThat(customers()).containsExactly(made);
  }

  @Test
  void anotherOrganisationOfTheSameAddressIsAnotherCustomer() {
    String one = found(payments.customer(ONE, "key"));
    var two = new CustomerDraft("organization_id", "org_2", "Two", "one@example.com");

    assertThat(found(payments.customer(two, "other"))).isNotEqualTo(one);
  }

  @Test
  void goesOnUnderAnotherKeyWhenAFailureIsOnlyRemembered() {
    stripe.faults().on("POST", "/v1/customers").fail(500, 1);
    assertThat(payments.customer(ONE, "key")).isInstanceOf(Answer.Unavailable.class);

    String made = found(payments.customer(ONE, "key"));
    assertThat(customers()).containsExactly(made);
  }

  @Test
  void goesOnUnderAnotherKeyWhenWhatIsWantedHasChanged() {
    String before = found(payments.customer(ONE, "key"));
    var moved = new CustomerDraft("organization_id", "org_2", "Two", "two@example.com");

    assertThat(found(payments.customer(moved, "key"))).isNotEqualTo(before);
    assertThat(customers()).hasSize(2);
  }

  @Test
  void makesNoSecondCustomerWhenTheFirstAnswerWasLost() {
    stripe.faults().on("POST", "/v1/customers").acceptThenTimeOut();
    assertThat(payments.customer(ONE, "key")).isInstanceOf(Answer.Unavailable.class);
    stripe.faults().healthy();

    String made = found(payments.customer(ONE, "key"));
    assertThat(customers()).containsExactly(made);
  }

  @Test
  void makesAPageOnceForACheckout() {
    String customer = found(payments.customer(ONE, "customer"));
    var wanted =
        new CheckoutDraft(
            "chk_1",
            customer,
            "org_1",
            "one",
            URI.create("https://app.example.com/done"),
            URI.create("https://app.example.com/back"));
    CheckoutPage page = found(payments.checkout(wanted, "session"));

    assertThat(page.url()).startsWith("https://checkout.stripe.com/");
    assertThat(found(payments.checkout(wanted, "session"))).isEqualTo(page);
    assertThat(found(payments.checkout(wanted, "other"))).isEqualTo(page);
  }

  private List<String> customers() {
    return stripe.events().stream()
        .filter(event -> event.type().equals("customer.created"))
        .map(event -> json(event.json()).at("/data/object/id").asText())
        .toList();
  }

  private static ObjectNode json(String text) {
    return StripeObjects.read(text);
  }

  private static <T> T found(Answer<T> answer) {
    if (answer instanceof Answer.Found<T>(T value)) {
      return value;
    }
    throw new AssertionError("not found: " + answer);
  }
}
