package dev.tailrace.standins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.StripeClient;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.ApiException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Customer;
import com.stripe.net.RequestOptions;
import com.stripe.param.CustomerCreateParams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StripeIdempotencyTest {

  private final TickingClock clock = new TickingClock();
  private final StripeStandIn standIn = StripeStandIn.start(0, clock);
  private final StripeClient stripe =
      StripeClient.builder()
          .setApiKey("sk_test_1")
          .setApiBase(standIn.url())
          .setReadTimeout(1_000)
          .build();

  @AfterEach
  void close() {
    standIn.close();
  }

  @Test
  void answersARepeatWithWhatTheFirstAnswered() throws Exception {
    Customer first = create("Ann", "evt_1:createCustomer");
    Customer second = create("Ann", "evt_1:createCustomer");
    assertThat(second.getId()).isEqualTo(first.getId());
    assertThat(first.getLastResponse().headers().firstValue("Idempotent-Replayed")).isEmpty();
    assertThat(second.getLastResponse().headers().firstValue("Idempotent-Replayed"))
        .hasValue("true");
    assertThat(standIn.events()).hasSize(1);
    assertThat(standIn.requests().list().getLast().headers())
        .containsEntry("Idempotency-Key", "evt_1:createCustomer");
  }

  @Test
  void refusesAKeyWithOtherParameters() throws Exception {
    create("Ann", "k");
    IdempotencyException e =
        catchThrowableOfType(IdempotencyException.class, () -> create("Bob", "k"));
    assertThat(e.getStatusCode()).isEqualTo(400);
  }

  @Test
  void repeatsARememberedFiveHundred() throws Exception {
    standIn.faults().fail(500, 1);
    assertThat(catchThrowableOfType(ApiException.class, () -> create("Ann", "k")).getStatusCode())
        .isEqualTo(500);
    ApiException again = catchThrowableOfType(ApiException.class, () -> create("Ann", "k"));
    assertThat(again.getStatusCode()).isEqualTo(500);
    assertThat(standIn.events()).isEmpty();
    assertThat(create("Ann", "another").getId()).startsWith("cus_");
  }

  @Test
  void doesNotRememberAFailureInFrontOfTheWork() throws Exception {
    standIn.faults().fail(503, 1);
    assertThat(catchThrowableOfType(ApiException.class, () -> create("Ann", "k")).getStatusCode())
        .isEqualTo(503);
    assertThat(create("Ann", "k").getId()).startsWith("cus_");
  }

  @Test
  void doesNotRememberWhatFailedValidation() throws Exception {
    CustomerCreateParams bad = CustomerCreateParams.builder().putExtraParam("nosuch", "x").build();
    RequestOptions options = RequestOptions.builder().setIdempotencyKey("k").build();
    assertThat(
            catchThrowableOfType(
                InvalidRequestException.class, () -> stripe.v1().customers().create(bad, options)))
        .isNotNull();
    assertThat(create("Ann", "k").getId()).startsWith("cus_");
  }

  @Test
  void refusesAKeyThatIsTooLong() throws Exception {
    assertThat(create("Ann", "k".repeat(255)).getId()).startsWith("cus_");
    // The SDK doesn't let a longer one out.
    Browser browser = new Browser(standIn);
    String[] headers = {"Authorization", "Bearer sk_test_1", "Idempotency-Key", "k".repeat(256)};
    assertThat(browser.call("POST", "/v1/customers", "name=Ann", headers).statusCode())
        .isEqualTo(400);
    assertThat(standIn.events()).hasSize(1);
  }

  @Test
  void letsOnlyOneOfTwoRequestsWithOneKeyWork() throws Exception {
    standIn.faults().slow(Duration.ofMillis(800));
    List<Callable<Customer>> both = List.of(() -> create("Ann", "k"), () -> create("Ann", "k"));
    List<Throwable> failures = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Customer> future : executor.invokeAll(both)) {
        if (future.state() == Future.State.FAILED) {
          failures.add(future.exceptionNow());
        }
      }
    }
    assertThat(failures).singleElement().isInstanceOf(ApiException.class);
    assertThat(failures.getFirst())
        .extracting("code", "statusCode")
        .containsExactly("idempotency_key_in_use", 409);
    assertThat(standIn.events()).hasSize(1);
  }

  @Test
  void forgetsAKeyAfterADay() throws Exception {
    String first = create("Ann", "k").getId();
    clock.tick(Duration.ofHours(23));
    assertThat(create("Ann", "k").getId()).isEqualTo(first);
    clock.tick(Duration.ofHours(1).plusSeconds(1));
    assertThat(create("Ann", "k").getId()).isNotEqualTo(first);
  }

  @Test
  void tellsTheTruthAfterATimeout() throws Exception {
    standIn.faults().acceptThenTimeOut();
    assertThat(catchThrowableOfType(ApiConnectionException.class, () -> create("Ann", "k")))
        .isNotNull();
    standIn.faults().healthy();
    Customer retried = create("Ann", "k");
    assertThat(retried.getLastResponse().headers().firstValue("Idempotent-Replayed"))
        .hasValue("true");
    assertThat(standIn.events()).hasSize(1);
  }

  private Customer create(String name, String key) throws StripeException {
    RequestOptions options = RequestOptions.builder().setIdempotencyKey(key).build();
    return stripe
        .v1()
        .customers()
        .create(CustomerCreateParams.builder().setName(name).build(), options);
  }
}
