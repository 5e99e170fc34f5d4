package dev.tailrace.standins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.StripeClient;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.ApiException;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.RateLimitException;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.SubscriptionCreateParams;
import java.time.Clock;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StripeRefusalsTest {

  private final StripeStandIn standIn = StripeStandIn.start(0, Clock.systemUTC());
  private final Browser browser = new Browser(standIn);

  @AfterEach
  void close() {
    standIn.close();
  }

  @Test
  void refusesAKeyThatIsNotATestKey() {
    AuthenticationException e =
        catchThrowableOfType(
            AuthenticationException.class, () -> client("sk_live_1234").v1().customers().create());
    assertThat(e.getStatusCode()).isEqualTo(401);
    assertThat(e).hasMessageContaining("****1234").hasMessageNotContaining("sk_live");
  }

  @Test
  void refusesARequestWithoutAKeyAndTakesBasic() throws Exception {
    assertThat(browser.get("/v1/customers/cus_1").statusCode()).isEqualTo(401);
    String basic =
        Base64.getEncoder()
            .encodeToString("sk_test_1:".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(browser.get("/v1/customers/cus_1", "Authorization", "Basic " + basic).statusCode())
        .isEqualTo(404);
  }

  @Test
  void refusesAnUnknownParameter() {
    CustomerCreateParams params =
        CustomerCreateParams.builder().putExtraParam("nosuch", "x").build();
    InvalidRequestException e =
        catchThrowableOfType(
            InvalidRequestException.class,
            () -> client("sk_test_1").v1().customers().create(params));
    assertThat(e.getCode()).isEqualTo("parameter_unknown");
    assertThat(e.getParam()).isEqualTo("nosuch");
    assertThat(e.getStatusCode()).isEqualTo(400);
    assertThat(standIn.events()).isEmpty();
  }

  @Test
  void refusesASubscriptionWithoutACustomer() {
    SubscriptionCreateParams params =
        SubscriptionCreateParams.builder()
            .addItem(SubscriptionCreateParams.Item.builder().setPrice("price_1").build())
            .build();
    InvalidRequestException e =
        catchThrowableOfType(
            InvalidRequestException.class,
            () -> client("sk_test_1").v1().subscriptions().create(params));
    assertThat(e.getCode()).isEqualTo("parameter_missing");
    assertThat(e.getParam()).isEqualTo("customer");
  }

  @Test
  void doesNotKnowWhatItDidNotMake() {
    InvalidRequestException e =
        catchThrowableOfType(
            InvalidRequestException.class,
            () -> client("sk_test_1").v1().customers().retrieve("cus_nosuch"));
    assertThat(e.getStatusCode()).isEqualTo(404);
    assertThat(e.getCode()).isEqualTo("resource_missing");
    assertThat(e).hasMessageContaining("No such customer: 'cus_nosuch'");
  }

  @Test
  void cancelsOnlyOnce() throws Exception {
    String id =
        standIn.createSubscription(standIn.createCustomer("Ann", "ann@example.com"), "price_1");
    client("sk_test_1").v1().subscriptions().cancel(id);
    InvalidRequestException e =
        catchThrowableOfType(
            InvalidRequestException.class,
            () -> client("sk_test_1").v1().subscriptions().cancel(id));
    assertThat(e.getCode()).isEqualTo("resource_missing");
  }

  @Test
  void refusesPathsThatItDoesNotHave() throws Exception {
    var response = browser.get("/v1/charges", "Authorization", "Bearer sk_test_1");
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).contains("Unrecognized request URL (GET: /v1/charges)");
  }

  @Test
  void refusesAFormThatIsNotEncoded() throws Exception {
    var response =
        browser.call("POST", "/v1/customers", "name=%zz", "Authorization", "Bearer sk_test_1");
    assertThat(response.statusCode()).isEqualTo(400);
  }

  @Test
  void failsInStripesWords() {
    standIn.faults().fail(429, 1);
    RateLimitException limited =
        catchThrowableOfType(
            RateLimitException.class, () -> client("sk_test_1").v1().customers().create());
    assertThat(limited.getCode()).isEqualTo("rate_limit");
    standIn.faults().fail(503, 1);
    ApiException failed =
        catchThrowableOfType(
            ApiException.class, () -> client("sk_test_1").v1().customers().create());
    assertThat(failed.getStatusCode()).isEqualTo(503);
    standIn.faults().down();
    assertThat(
            catchThrowableOfType(
                ApiConnectionException.class, () -> client("sk_test_1").v1().customers().create()))
        .isNotNull();
  }

  private StripeClient client(String key) {
    return StripeClient.builder().setApiKey(key).setApiBase(standIn.url()).build();
  }
}
