package dev.tailrace.standins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.StripeClient;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Event;
import com.stripe.model.Invoice;
import com.stripe.model.InvoiceLineItem;
import com.stripe.model.Subscription;
import com.stripe.param.InvoiceListParams;
import com.stripe.param.SubscriptionListParams;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Invoices that are paid or not, and what their subscriptions become. */
class StripeInvoicesTest {

  private final StripeStandIn standIn = StripeStandIn.start(0, Clock.systemUTC());
  private final Browser browser = new Browser(standIn);
  private final StripeClient stripe =
      StripeClient.builder().setApiKey("sk_test_123").setApiBase(standIn.url()).build();
  private final String customer = standIn.createCustomer("Ann", "ann@example.com");
  private final String subscription = standIn.createSubscription(customer, "price_basic");

  @AfterEach
  void close() {
    standIn.close();
  }

  @Test
  void paysTheNextInvoice() throws Exception {
    Invoice paid = stripe.v1().invoices().retrieve(standIn.payInvoice(subscription));
    assertThat(paid.getId()).startsWith("in_");
    assertThat(paid.getStatus()).isEqualTo("paid");
    assertThat(paid.getCustomer()).isEqualTo(customer);
    assertThat(paid.getCustomerEmail()).isEqualTo("ann@example.com");
    assertThat(paid.getBillingReason()).isEqualTo("subscription_cycle");
    assertThat(paid.getAmountDue()).isEqualTo(2_000);
    assertThat(paid.getAmountPaid()).isEqualTo(2_000);
    assertThat(paid.getAmountRemaining()).isZero();
    assertThat(paid.getHostedInvoiceUrl()).startsWith("https://invoice.stripe.com/i/");
    assertThat(paid.getStatusTransitions().getPaidAt()).isPositive();
    assertThat(paid.getParent().getType()).isEqualTo("subscription_details");
    assertThat(paid.getParent().getSubscriptionDetails().getSubscription()).isEqualTo(subscription);
    InvoiceLineItem line = paid.getLines().getData().getFirst();
    assertThat(line.getPricing().getPriceDetails().getPrice()).isEqualTo("price_basic");
    assertThat(line.getParent().getSubscriptionItemDetails().getSubscription())
        .isEqualTo(subscription);
    assertThat(types()).containsExactly("invoice.paid");
  }

  @Test
  void makesASubscriptionPastDueWhenAPaymentFails() throws Exception {
    Invoice failed = stripe.v1().invoices().retrieve(standIn.failInvoice(subscription));
    assertThat(failed.getStatus()).isEqualTo("open");
    assertThat(failed.getAttemptCount()).isEqualTo(1);
    assertThat(failed.getAmountPaid()).isZero();
    assertThat(failed.getNextPaymentAttempt()).isPositive();
    Subscription pastDue = stripe.v1().subscriptions().retrieve(subscription);
    assertThat(pastDue.getStatus()).isEqualTo("past_due");
    assertThat(pastDue.getLatestInvoice()).isEqualTo(failed.getId());
    assertThat(types()).containsExactly("customer.subscription.updated", "invoice.payment_failed");
    assertThat(standIn.events().get(2).json())
        .contains("\"previous_attributes\":{\"latest_invoice\":null,\"status\":\"active\"}");
  }

  @Test
  void makesASubscriptionActiveAgainWhenWhatItOwesIsPaid() throws Exception {
    String failed = standIn.failInvoice(subscription);
    assertThat(standIn.failInvoice(subscription)).isEqualTo(failed);
    assertThat(standIn.payInvoice(subscription)).isEqualTo(failed);
    Invoice paid = stripe.v1().invoices().retrieve(failed);
    assertThat(paid.getStatus()).isEqualTo("paid");
    assertThat(paid.getAttemptCount()).isEqualTo(3);
    assertThat(stripe.v1().subscriptions().retrieve(subscription).getStatus()).isEqualTo("active");
    assertThat(types())
        .containsExactly(
            "customer.subscription.updated",
            "invoice.payment_failed",
            "invoice.payment_failed",
            "customer.subscription.updated",
            "invoice.paid");
    assertThat(standIn.payInvoice(subscription)).isNotEqualTo(failed);
  }

  @Test
  void billsNobodyWhoHasCanceled() throws Exception {
    stripe.v1().subscriptions().cancel(subscription);
    assertThatThrownBy(() -> standIn.payInvoice(subscription))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("canceled");
    assertThatThrownBy(() -> standIn.failInvoice("sub_nosuch"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("No such subscription");
  }

  @Test
  void paysAndFailsOverHttp() throws Exception {
    var failed = bill("failed");
    assertThat(failed.statusCode()).isEqualTo(201);
    assertThat(failed.body()).contains("\"invoice\":\"in_");
    assertThat(bill("paid").body()).isEqualTo(failed.body());
    var refused = bill("lost");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("legal: ");
  }

  @Test
  void listsInvoicesNewestFirst() throws Exception {
    String first = standIn.payInvoice(subscription);
    String second = standIn.failInvoice(subscription);
    String other = standIn.createSubscription(customer, "price_pro");
    String third = standIn.payInvoice(other);
    assertThat(list(InvoiceListParams.builder().setCustomer(customer)))
        .containsExactly(third, second, first);
    assertThat(list(InvoiceListParams.builder().setSubscription(subscription)))
        .containsExactly(second, first);
    assertThat(list(InvoiceListParams.builder().setSubscription(subscription).setLimit(1L)))
        .containsExactly(second);
    assertThat(list(InvoiceListParams.builder().setStatus(InvoiceListParams.Status.OPEN)))
        .containsExactly(second);
    InvalidRequestException e =
        catchThrowableOfType(
            InvalidRequestException.class,
            () -> list(InvoiceListParams.builder().setSubscription("sub_nosuch")));
    assertThat(e).hasMessageContaining("No such subscription: 'sub_nosuch'");
    assertThat(
            catchThrowableOfType(
                InvalidRequestException.class, () -> stripe.v1().invoices().retrieve("in_nosuch")))
        .hasMessageContaining("No such invoice: 'in_nosuch'");
  }

  @Test
  void listsSubscriptionsAndLeavesTheCanceledOut() throws Exception {
    String other = standIn.createSubscription(customer, "price_pro");
    String third =
        standIn.createSubscription(standIn.createCustomer("Bob", "b@example.com"), "price_pro");
    stripe.v1().subscriptions().cancel(subscription);
    standIn.failInvoice(other);
    assertThat(list(SubscriptionListParams.builder())).containsExactly(third, other);
    assertThat(list(SubscriptionListParams.builder().setCustomer(customer))).containsExactly(other);
    assertThat(list(status(SubscriptionListParams.Status.ALL).setCustomer(customer)))
        .containsExactly(other, subscription);
    assertThat(list(status(SubscriptionListParams.Status.PAST_DUE))).containsExactly(other);
    assertThat(list(status(SubscriptionListParams.Status.CANCELED))).containsExactly(subscription);
    assertThat(list(status(SubscriptionListParams.Status.ALL).setLimit(2L)))
        .containsExactly(third, other);
    InvalidRequestException e =
        catchThrowableOfType(
            InvalidRequestException.class,
            () -> list(SubscriptionListParams.builder().setCustomer("cus_nosuch")));
    assertThat(e.getCode()).isEqualTo("resource_missing");
    var bad = browser.get("/v1/subscriptions?status=gone", "Authorization", "Bearer sk_test_1");
    assertThat(bad.statusCode()).isEqualTo(400);
  }

  @Test
  void chargesAMeteredPriceByUseAndNeverByQuantity() throws Exception {
    String metered = standIn.createSubscription(customer, "price_metered_1");
    assertThat(
            stripe
                .v1()
                .subscriptions()
                .retrieve(metered)
                .getItems()
                .getData()
                .getFirst()
                .getPrice()
                .getRecurring()
                .getUsageType())
        .isEqualTo("metered");
    assertThat(stripe.v1().invoices().retrieve(standIn.payInvoice(metered)).getAmountPaid())
        .isEqualTo(2_000);
    var refused =
        browser.call(
            "POST",
            "/v1/subscriptions",
            "customer=" + customer + "&items[0][price]=price_metered_1&items[0][quantity]=1",
            "Authorization",
            "Bearer sk_test_1");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("You cannot set the quantity for metered plans");
  }

  @Test
  void showsThePresentShapeInEvents() throws Exception {
    standIn.payInvoice(subscription);
    Event event = stripe.v1().events().retrieve(standIn.events().getLast().id());
    assertThat(event.getDataObjectDeserializer().getObject())
        .get()
        .isInstanceOfSatisfying(
            Invoice.class,
            invoice ->
                assertThat(invoice.getParent().getSubscriptionDetails().getSubscription())
                    .isEqualTo(subscription));
  }

  private List<String> types() {
    return standIn.events().stream().map(StripeEvent::type).skip(2).toList();
  }

  private HttpResponse<String> bill(String outcome) throws Exception {
    return browser.call(
        "POST",
        "/_standin/invoices",
        "{\"subscription\":\"" + subscription + "\",\"outcome\":\"" + outcome + "\"}");
  }

  private static SubscriptionListParams.Builder status(SubscriptionListParams.Status status) {
    return SubscriptionListParams.builder().setStatus(status);
  }

  private List<String> list(InvoiceListParams.Builder params) throws StripeException {
    return stripe.v1().invoices().list(params.build()).getData().stream()
        .map(Invoice::getId)
        .toList();
  }

  private List<String> list(SubscriptionListParams.Builder params) throws StripeException {
    return stripe.v1().subscriptions().list(params.build()).getData().stream()
        .map(Subscription::getId)
        .toList();
  }
}
