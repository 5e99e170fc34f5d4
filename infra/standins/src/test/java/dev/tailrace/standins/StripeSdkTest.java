package dev.tailrace.standins;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.StripeClient;
import com.stripe.model.Customer;
import com.stripe.model.Event;
import com.stripe.model.Subscription;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.CustomerUpdateParams;
import com.stripe.param.SubscriptionCancelParams;
import com.stripe.param.SubscriptionCreateParams;
import com.stripe.param.SubscriptionUpdateParams;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a program sees that talks to the stand-in with Stripe's own SDK. */
class StripeSdkTest {

  private final TickingClock clock = new TickingClock();
  private final StripeStandIn standIn = StripeStandIn.start(0, clock);
  private final StripeClient stripe =
      StripeClient.builder().setApiKey("sk_test_123").setApiBase(standIn.url()).build();

  @AfterEach
  void close() {
    standIn.close();
  }

  @Test
  void createsAndRetrievesACustomer() throws Exception {
    Customer created = customer();
    Customer read = stripe.v1().customers().retrieve(created.getId());
    assertThat(read.getId()).startsWith("cus_");
    assertThat(read.getEmail()).isEqualTo("ann@example.com");
    assertThat(read.getMetadata()).containsEntry("organizationId", "org 1/2");
    assertThat(created.getLastResponse().requestId()).startsWith("req_");
  }

  @Test
  void updatesACustomerAndTellsWhatWasBefore() throws Exception {
    Customer created = customer();
    stripe
        .v1()
        .customers()
        .update(
            created.getId(),
            CustomerUpdateParams.builder()
                .setName("Bob")
                .putMetadata("organizationId", "")
                .build());
    assertThat(stripe.v1().customers().retrieve(created.getId()).getMetadata()).isEmpty();
    assertThat(standIn.events())
        .extracting(StripeEvent::type)
        .containsExactly("customer.created", "customer.updated");
    assertThat(standIn.events().getLast().json())
        .contains(
            "\"previous_attributes\":{\"name\":\"Ann\",\"metadata\":{\"organizationId\":\"org 1/2\"}}");
  }

  @Test
  void createsASubscriptionWhosePeriodIsOnItsItem() throws Exception {
    Subscription created = subscription(customer());
    Subscription read = stripe.v1().subscriptions().retrieve(created.getId());
    assertThat(read.getStatus()).isEqualTo("active");
    assertThat(read.getItems().getData()).hasSize(1);
    assertThat(read.getItems().getData().getFirst().getPrice().getId()).isEqualTo("price_basic");
    Instant end = Instant.ofEpochSecond(read.getItems().getData().getFirst().getCurrentPeriodEnd());
    assertThat(end)
        .isBetween(
            clock.instant().plus(Duration.ofDays(27)), clock.instant().plus(Duration.ofDays(32)));
  }

  @Test
  void changesPausesResumesAndCancels() throws Exception {
    String id = subscription(customer()).getId();
    var subscriptions = stripe.v1().subscriptions();
    Subscription ending =
        subscriptions.update(
            id, SubscriptionUpdateParams.builder().setCancelAtPeriodEnd(true).build());
    assertThat(ending.getCancelAtPeriodEnd()).isTrue();
    assertThat(ending.getCancelAt())
        .isEqualTo(ending.getItems().getData().getFirst().getCurrentPeriodEnd());
    Subscription collecting = subscriptions.update(id, pauseCollection());
    assertThat(collecting.getStatus()).isEqualTo("active");
    assertThat(collecting.getPauseCollection().getBehavior()).isEqualTo("void");
    assertThat(
            new Browser(standIn)
                .call(
                    "POST",
                    "/v1/subscriptions/" + id + "/pause",
                    "type=subscription",
                    "Authorization",
                    "Bearer sk_test_1"))
        .satisfies(response -> assertThat(response.body()).contains("\"status\":\"paused\""));
    assertThat(subscriptions.resume(id).getStatus()).isEqualTo("active");
    assertThat(
            subscriptions
                .cancel(
                    id,
                    SubscriptionCancelParams.builder()
                        .setCancellationDetails(
                            SubscriptionCancelParams.CancellationDetails.builder()
                                .setComment("too dear")
                                .build())
                        .build())
                .getStatus())
        .isEqualTo("canceled");
    assertThat(subscriptions.retrieve(id).getCancellationDetails().getComment())
        .isEqualTo("too dear");
    assertThat(standIn.events().stream().map(StripeEvent::type).skip(1))
        .containsExactly(
            "customer.subscription.created",
            "customer.subscription.updated",
            "customer.subscription.updated",
            "customer.subscription.paused",
            "customer.subscription.resumed",
            "customer.subscription.deleted");
  }

  @Test
  void startsATrial() throws Exception {
    Subscription trial =
        stripe
            .v1()
            .subscriptions()
            .create(
                SubscriptionCreateParams.builder()
                    .setCustomer(customer().getId())
                    .addItem(
                        SubscriptionCreateParams.Item.builder()
                            .setPrice("price_basic")
                            .setQuantity(3L)
                            .build())
                    .setTrialPeriodDays(14L)
                    .build());
    assertThat(trial.getStatus()).isEqualTo("trialing");
    assertThat(trial.getTrialEnd())
        .isEqualTo(clock.instant().plus(Duration.ofDays(14)).getEpochSecond());
    assertThat(trial.getItems().getData().getFirst().getQuantity()).isEqualTo(3);
  }

  @Test
  void changesThePriceOfAnItem() throws Exception {
    Subscription created = subscription(customer());
    String item = created.getItems().getData().getFirst().getId();
    stripe
        .v1()
        .subscriptions()
        .update(
            created.getId(),
            SubscriptionUpdateParams.builder()
                .addItem(
                    SubscriptionUpdateParams.Item.builder()
                        .setId(item)
                        .setPrice("price_pro")
                        .build())
                .build());
    assertThat(standIn.subscription(created.getId()))
        .get()
        .extracting(StripeSubscription::priceId)
        .isEqualTo("price_pro");
  }

  @Test
  void showsEachEventWithItsObjectAndItsCause() throws Exception {
    Customer created = customer();
    Event event = stripe.v1().events().retrieve(standIn.events().getFirst().id());
    assertThat(event.getType()).isEqualTo("customer.created");
    assertThat(event.getLivemode()).isFalse();
    assertThat(event.getRequest().getId()).isEqualTo(created.getLastResponse().requestId());
    assertThat(event.getDataObjectDeserializer().getObject()).containsInstanceOf(Customer.class);
  }

  @Test
  void makesTheSameObjectsFromJavaAsOverHttp() throws Exception {
    String customer = standIn.createCustomer("Ann", "ann@example.com");
    String subscription = standIn.createSubscription(customer, "price_basic");
    assertThat(stripe.v1().subscriptions().retrieve(subscription).getCustomer())
        .isEqualTo(customer);
    assertThat(standIn.subscription(subscription))
        .get()
        .extracting(StripeSubscription::status)
        .isEqualTo("active");
  }

  private Customer customer() throws Exception {
    return stripe
        .v1()
        .customers()
        .create(
            CustomerCreateParams.builder()
                .setName("Ann")
                .setEmail("ann@example.com")
                .putMetadata("organizationId", "org 1/2")
                .build());
  }

  private Subscription subscription(Customer customer) throws Exception {
    List<SubscriptionCreateParams.Item> items =
        List.of(SubscriptionCreateParams.Item.builder().setPrice("price_basic").build());
    return stripe
        .v1()
        .subscriptions()
        .create(
            SubscriptionCreateParams.builder()
                .setCustomer(customer.getId())
                .addAllItem(items)
                .build());
  }

  private static SubscriptionUpdateParams pauseCollection() {
    return SubscriptionUpdateParams.builder()
        .setPauseCollection(
            SubscriptionUpdateParams.PauseCollection.builder()
                .setBehavior(SubscriptionUpdateParams.PauseCollection.Behavior.VOID)
                .build())
        .build();
  }
}
