package dev.tailrace.standins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.StripeClient;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Customer;
import com.stripe.model.Event;
import com.stripe.model.Invoice;
import com.stripe.model.StripeCollection;
import com.stripe.model.Subscription;
import com.stripe.model.checkout.Session;
import com.stripe.param.checkout.SessionCreateParams;
import com.stripe.param.checkout.SessionListParams;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StripeCheckoutTest {

  private final TickingClock clock = new TickingClock();
  private final StripeStandIn standIn = StripeStandIn.start(0, clock);
  private final Browser browser = new Browser(standIn);
  private final StripeClient stripe =
      StripeClient.builder().setApiKey("sk_test_123").setApiBase(standIn.url()).build();
  private final String customer = standIn.createCustomer("Ann", "ann@example.com");

  @AfterEach
  void close() {
    standIn.close();
  }

  @Test
  void opensASessionForAMeteredPrice() throws Exception {
    Session created = create(metered().setCustomer(customer));
    Session read = stripe.v1().checkout().sessions().retrieve(created.getId());
    assertThat(read.getId()).startsWith("cs_test_");
    assertThat(read.getUrl()).startsWith("https://checkout.stripe.com/c/pay/" + read.getId());
    assertThat(read.getStatus()).isEqualTo("open");
    assertThat(read.getPaymentStatus()).isEqualTo("unpaid");
    assertThat(read.getMode()).isEqualTo("subscription");
    assertThat(read.getCustomer()).isEqualTo(customer);
    assertThat(read.getSubscription()).isNull();
    assertThat(read.getClientReferenceId()).isEqualTo("org_1");
    assertThat(read.getMetadata()).containsEntry("organization_slug", "acme");
    assertThat(read.getExpiresAt())
        .isEqualTo(clock.instant().plus(Duration.ofHours(24)).getEpochSecond());
  }

  @Test
  void makesSubscriptionInvoiceAndEventsWhenAPersonPays() throws Exception {
    String id = create(metered().setCustomer(customer)).getId();
    String subscriptionId = standIn.completeCheckout(id);
    Session paid = stripe.v1().checkout().sessions().retrieve(id);
    assertThat(paid.getStatus()).isEqualTo("complete");
    assertThat(paid.getPaymentStatus()).isEqualTo("paid");
    assertThat(paid.getUrl()).isNull();
    assertThat(paid.getSubscription()).isEqualTo(subscriptionId);
    Subscription subscription = stripe.v1().subscriptions().retrieve(subscriptionId);
    assertThat(subscription.getStatus()).isEqualTo("active");
    assertThat(subscription.getCustomer()).isEqualTo(customer);
    assertThat(subscription.getMetadata()).containsEntry("organization_id", "org_1");
    assertThat(subscription.getItems().getData().getFirst().getPrice().getId())
        .isEqualTo("price_metered_1");
    assertThat(subscription.getItems().getData().getFirst().getQuantity()).isNull();
    Invoice invoice = stripe.v1().invoices().retrieve(paid.getInvoice());
    assertThat(invoice.getStatus()).isEqualTo("paid");
    assertThat(invoice.getBillingReason()).isEqualTo("subscription_create");
    assertThat(subscription.getLatestInvoice()).isEqualTo(invoice.getId());
    assertThat(standIn.events())
        .extracting(StripeEvent::type)
        .containsExactly(
            "customer.created",
            "customer.subscription.created",
            "invoice.paid",
            "checkout.session.completed");
  }

  @Test
  void tellsWhoBoughtInTheEventOfACompletedSession() throws Exception {
    String id = create(metered().setCustomer(customer)).getId();
    String subscription = standIn.completeCheckout(id);
    Event event = stripe.v1().events().retrieve(standIn.events().getLast().id());
    assertThat(event.getDataObjectDeserializer().getObject())
        .get()
        .isInstanceOfSatisfying(
            Session.class,
            session -> {
              assertThat(session.getCustomer()).isEqualTo(customer);
              assertThat(session.getSubscription()).isEqualTo(subscription);
              assertThat(session.getClientReferenceId()).isEqualTo("org_1");
              assertThat(session.getMetadata()).containsEntry("organization_slug", "acme");
              assertThat(session.getMode()).isEqualTo("subscription");
              assertThat(session.getPaymentStatus()).isEqualTo("paid");
            });
  }

  @Test
  void makesTheCustomerWhenThereWasOnlyAnAddress() throws Exception {
    Session open = create(metered().setCustomerEmail("bob@example.com"));
    assertThat(open.getCustomer()).isNull();
    standIn.completeCheckout(open.getId());
    Session paid = stripe.v1().checkout().sessions().retrieve(open.getId());
    Customer made = stripe.v1().customers().retrieve(paid.getCustomer());
    assertThat(made.getEmail()).isEqualTo("bob@example.com");
    assertThat(made.getId()).isNotEqualTo(customer);
    assertThat(paid.getCustomerDetails().getEmail()).isEqualTo("bob@example.com");
  }

  @Test
  void completesASessionOverHttpAndOnlyOnce() throws Exception {
    String id = create(licensed(3).setCustomer(customer)).getId();
    String body = "{\"session\":\"" + id + "\"}";
    assertThat(browser.call("POST", "/_standin/checkout", body).body())
        .contains("\"status\":\"complete\"");
    var again = browser.call("POST", "/_standin/checkout", body);
    assertThat(again.statusCode()).isEqualTo(400);
    assertThat(again.body()).contains("complete").contains("legal: ");
    assertThatThrownBy(() -> standIn.completeCheckout("cs_test_nosuch"))
        .isInstanceOf(IllegalArgumentException.class);
    Session paid = stripe.v1().checkout().sessions().retrieve(id);
    assertThat(paid.getAmountTotal()).isEqualTo(6_000);
    assertThat(stripe.v1().invoices().retrieve(paid.getInvoice()).getAmountPaid()).isEqualTo(6_000);
  }

  @Test
  void listsTheSessionsOfACustomerNewestFirst() throws Exception {
    String first = create(metered().setCustomer(customer)).getId();
    String second = create(metered().setCustomer(customer)).getId();
    create(metered().setCustomerEmail("bob@example.com"));
    String third = create(metered().setCustomer(customer)).getId();
    SessionListParams.Builder two = SessionListParams.builder().setCustomer(customer).setLimit(2L);
    StripeCollection<Session> page = stripe.v1().checkout().sessions().list(two.build());
    assertThat(page.getData()).extracting(Session::getId).containsExactly(third, second);
    assertThat(page.getHasMore()).isTrue();
    assertThat(page.getUrl()).isEqualTo("/v1/checkout/sessions");
    StripeCollection<Session> rest =
        stripe.v1().checkout().sessions().list(two.setStartingAfter(second).build());
    assertThat(rest.getData()).extracting(Session::getId).containsExactly(first);
    assertThat(rest.getHasMore()).isFalse();
  }

  @Test
  void expiresASessionOnlyWhileItIsOpen() throws Exception {
    String id = create(metered().setCustomer(customer)).getId();
    Session expired = stripe.v1().checkout().sessions().expire(id);
    assertThat(expired.getStatus()).isEqualTo("expired");
    assertThat(expired.getUrl()).isNull();
    InvalidRequestException e =
        catchThrowableOfType(
            InvalidRequestException.class, () -> stripe.v1().checkout().sessions().expire(id));
    assertThat(e)
        .hasMessageContaining("Only Checkout Sessions with a status in [\"open\"] can be expired");
    assertThatThrownBy(() -> standIn.completeCheckout(id))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(standIn.events().getLast().type()).isEqualTo("checkout.session.expired");
  }

  @Test
  void expiresASessionWhoseTimeIsOver() throws Exception {
    long end = clock.instant().plus(Duration.ofMinutes(31)).getEpochSecond();
    String id = create(metered().setCustomer(customer).setExpiresAt(end)).getId();
    clock.tick(Duration.ofMinutes(30));
    assertThat(stripe.v1().checkout().sessions().retrieve(id).getStatus()).isEqualTo("open");
    clock.tick(Duration.ofMinutes(1));
    assertThat(stripe.v1().checkout().sessions().retrieve(id).getStatus()).isEqualTo("expired");
  }

  @Test
  void refusesAQuantityOfAMeteredPriceAndWantsOneOfAnother() {
    assertThat(refusal(licensed(1).addLineItem(item("price_metered_1").setQuantity(1L).build())))
        .hasMessageContaining(
            "Quantity should not be specified where usage_type is `metered`. Remove quantity from `line_items[1]`");
    assertThat(refusal(blank().addLineItem(item("price_basic").build())))
        .hasMessageContaining("Quantity is required. Add `quantity` to `line_items[0]`");
    assertThat(refusal(licensed(0)).getCode()).isEqualTo("parameter_invalid_integer");
  }

  @Test
  void refusesWhatStripeRefuses() {
    assertThat(refusal(metered().setCustomer("cus_nosuch")))
        .returns("resource_missing", StripeException::getCode)
        .returns("customer", InvalidRequestException::getParam)
        .returns(400, StripeException::getStatusCode);
    assertThat(refusal(metered().setCustomer(customer).setCustomerEmail("ann@example.com")))
        .hasMessageContaining("You may only specify one of these parameters");
    assertThat(refusal(metered().setCustomerEmail("nobody")).getCode()).isEqualTo("email_invalid");
    assertThat(refusal(metered().setSuccessUrl("here")).getCode()).isEqualTo("url_invalid");
    assertThat(refusal(metered().setMode(SessionCreateParams.Mode.PAYMENT)).getParam())
        .isEqualTo("mode");
    assertThat(refusal(blank()).getParam()).isEqualTo("line_items");
    assertThat(refusal(blank().addLineItem(item("plan_1").build())))
        .hasMessageContaining("No such price: 'plan_1'");
    assertThat(refusal(metered().setAllowPromotionCodes(true)).getCode())
        .isEqualTo("parameter_unknown");
    assertThat(refusal(metered().putMetadata("note", "x".repeat(501))))
        .hasMessageContaining("Metadata values can have up to 500 characters");
  }

  @Test
  void refusesTimesThatAreTooNearOrTooFar() {
    long near = clock.instant().plus(Duration.ofMinutes(29)).getEpochSecond();
    long far = clock.instant().plus(Duration.ofHours(25)).getEpochSecond();
    assertThat(refusal(metered().setExpiresAt(near))).hasMessageContaining("at least 30 minutes");
    assertThat(refusal(metered().setExpiresAt(far))).hasMessageContaining("less than 24 hours");
  }

  @Test
  void doesNotKnowASessionThatItDidNotMake() {
    InvalidRequestException e =
        catchThrowableOfType(
            InvalidRequestException.class,
            () -> stripe.v1().checkout().sessions().retrieve("cs_test_nosuch"));
    assertThat(e.getStatusCode()).isEqualTo(404);
    assertThat(e.getCode()).isEqualTo("resource_missing");
  }

  private InvalidRequestException refusal(SessionCreateParams.Builder params) {
    return catchThrowableOfType(InvalidRequestException.class, () -> create(params));
  }

  private Session create(SessionCreateParams.Builder params) throws StripeException {
    return stripe.v1().checkout().sessions().create(params.build());
  }

  private static SessionCreateParams.Builder metered() {
    return blank().addLineItem(item("price_metered_1").build());
  }

  private static SessionCreateParams.Builder licensed(long quantity) {
    return blank().addLineItem(item("price_basic").setQuantity(quantity).build());
  }

  private static SessionCreateParams.LineItem.Builder item(String price) {
    return SessionCreateParams.LineItem.builder().setPrice(price);
  }

  private static SessionCreateParams.Builder blank() {
    return SessionCreateParams.builder()
        .setMode(SessionCreateParams.Mode.SUBSCRIPTION)
        .setSuccessUrl("https://app.example.com/done?session={CHECKOUT_SESSION_ID}")
        .setCancelUrl("https://app.example.com/back")
        .setClientReferenceId("org_1")
        .putMetadata("organization_id", "org_1")
        .putMetadata("organization_slug", "acme")
        .setSubscriptionData(
            SessionCreateParams.SubscriptionData.builder()
                .putMetadata("organization_id", "org_1")
                .build());
  }
}
