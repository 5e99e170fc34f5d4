package dev.tailrace.standins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.StripeClient;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.ApiException;
import com.stripe.exception.StripeException;
import com.stripe.model.Customer;
import com.stripe.net.RequestOptions;
import com.stripe.param.CustomerCreateParams;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Faults that only some requests meet. */
class AimedFaultsTest {

  private final StripeStandIn standIn = StripeStandIn.start(0, Clock.systemUTC());
  private final Browser browser = new Browser(standIn);
  private final StripeClient stripe =
      StripeClient.builder()
          .setApiKey("sk_test_1")
          .setApiBase(standIn.url())
          .setReadTimeout(700)
          .build();

  @AfterEach
  void close() {
    standIn.close();
  }

  @Test
  void meetsOnlyTheMethodAndPathThatItIsAimedAt() throws Exception {
    standIn.faults().on("POST", "/v1/checkout/sessions").fail(503);
    assertThat(status("POST", "/v1/checkout/sessions")).isEqualTo(503);
    assertThat(status("POST", "/v1/checkout/sessions/cs_1/expire")).isEqualTo(503);
    assertThat(status("GET", "/v1/checkout/sessions")).isEqualTo(200);
    assertThat(status("POST", "/v1/customers")).isEqualTo(200);
  }

  @Test
  void countsOnlyTheRequestsThatItIsAimedAt() throws Exception {
    standIn.faults().on("POST", "/v1/customers").fail(429, 2);
    assertThat(status("POST", "/v1/customers")).isEqualTo(429);
    assertThat(status("GET", "/v1/customers")).isEqualTo(200);
    assertThat(status("POST", "/v1/customers")).isEqualTo(429);
    assertThat(status("POST", "/v1/customers")).isEqualTo(200);
    assertThat(standIn.faults().current()).isEqualTo(new Fault.Healthy());
  }

  @Test
  void meetsOnlyTheNthRequest() throws Exception {
    standIn.faults().nth(2).fail(500);
    assertThat(status("GET", "/v1/customers")).isEqualTo(200);
    assertThat(status("GET", "/v1/customers")).isEqualTo(500);
    assertThat(status("GET", "/v1/customers")).isEqualTo(200);
  }

  @Test
  void meetsOnlyTheNthRequestOfAPath() throws Exception {
    standIn.faults().on("POST", "/v1/customers").nth(2).fail(409);
    assertThat(status("GET", "/v1/customers")).isEqualTo(200);
    assertThat(status("POST", "/v1/customers")).isEqualTo(200);
    assertThat(status("GET", "/v1/customers")).isEqualTo(200);
    assertThat(status("POST", "/v1/customers")).isEqualTo(409);
    assertThat(status("POST", "/v1/customers")).isEqualTo(200);
  }

  @Test
  void isSlowOnOnePathOnly() throws Exception {
    standIn.faults().on("GET", "/v1/invoices").slow(Duration.ofMinutes(1));
    assertThatThrownBy(() -> status("GET", "/v1/invoices"))
        .isInstanceOf(HttpTimeoutException.class);
    assertThat(status("GET", "/v1/customers")).isEqualTo(200);
  }

  @Test
  void losesTheAnswerOfOneRequestAndKnowsItsWork() throws Exception {
    standIn.faults().on("POST", "/v1/customers").nth(1).acceptThenTimeOut();
    assertThat(catchThrowableOfType(ApiConnectionException.class, () -> create("k"))).isNotNull();
    Customer retried = create("k");
    assertThat(retried.getLastResponse().headers().firstValue("Idempotent-Replayed"))
        .hasValue("true");
    assertThat(standIn.events()).hasSize(1);
    assertThat(standIn.requests().list())
        .extracting(ReceivedRequest::status)
        .containsExactly(OptionalInt.empty(), OptionalInt.of(200));
  }

  @Test
  void doesTheWorkAndCutsTheConnection() throws Exception {
    standIn.faults().acceptThenCrash();
    assertThat(catchThrowableOfType(ApiConnectionException.class, () -> create("k"))).isNotNull();
    standIn.faults().healthy();
    assertThat(create("k").getName()).isEqualTo("Ann");
    assertThat(standIn.events()).hasSize(1);
  }

  @Test
  void isSentAgainByJavasHttpURLConnectionWithoutAWordToTheSdk() throws Exception {
    standIn.faults().nth(1).acceptThenCrash();
    Customer created = create("k");
    assertThat(created.getLastResponse().headers().firstValue("Idempotent-Replayed"))
        .hasValue("true");
    assertThat(standIn.requests().count()).isEqualTo(2);
    assertThat(standIn.events()).hasSize(1);
  }

  @Test
  void cutsTheConnectionOfOnePathOnly() throws Exception {
    standIn.faults().on("POST", "/v1/customers").acceptThenCrash();
    assertThatThrownBy(() -> status("POST", "/v1/customers")).isInstanceOf(IOException.class);
    assertThat(status("GET", "/v1/customers")).isEqualTo(200);
    assertThat(standIn.events()).isNotEmpty();
  }

  @Test
  void remembersAFiveHundredOfOnePathUnderItsKey() throws Exception {
    standIn.faults().on("POST", "/v1/customers").nth(1).fail(500);
    assertThat(catchThrowableOfType(ApiException.class, () -> create("k")).getStatusCode())
        .isEqualTo(500);
    assertThat(catchThrowableOfType(ApiException.class, () -> create("k")).getStatusCode())
        .isEqualTo(500);
    assertThat(create("another").getName()).isEqualTo("Ann");
  }

  @Test
  void saysAConflictInStripesWords() {
    standIn.faults().fail(409, 1);
    ApiException conflict = catchThrowableOfType(ApiException.class, () -> create("k"));
    assertThat(conflict.getStatusCode()).isEqualTo(409);
    assertThat(conflict.getCode()).isEqualTo("idempotency_key_in_use");
  }

  @Test
  void isAimedOverHttp() throws Exception {
    String aimed =
        "{\"state\":\"failing\",\"status\":503,\"method\":\"POST\",\"path\":\"/v1/customers\",\"nth\":2}";
    assertThat(browser.put("/_standin/faults", aimed).body()).isEqualTo(aimed);
    assertThat(browser.get("/_standin/faults").body()).isEqualTo(aimed);
    assertThat(status("POST", "/v1/customers")).isEqualTo(200);
    assertThat(browser.get("/_standin/faults").body()).contains("\"nth\":1");
    assertThat(status("POST", "/v1/customers")).isEqualTo(503);
    assertThat(browser.get("/_standin/faults").body()).isEqualTo("{\"state\":\"healthy\"}");
  }

  @Test
  void refusesAnAimThatMeansNothing() throws Exception {
    for (String bad :
        new String[] {
          "{\"state\":\"healthy\",\"path\":\"/v1\"}",
          "{\"state\":\"down\",\"for\":\"PT1S\",\"method\":\"POST\"}",
          "{\"state\":\"failing\",\"status\":503,\"path\":\"v1\"}",
          "{\"state\":\"failing\",\"status\":503,\"nth\":0}",
          "{\"state\":\"failing\",\"status\":503,\"nth\":2,\"times\":2}"
        }) {
      assertThat(browser.put("/_standin/faults", bad).statusCode()).as(bad).isEqualTo(400);
    }
    assertThatThrownBy(() -> standIn.faults().nth(2).fail(503, 2))
        .isInstanceOf(IllegalStateException.class);
  }

  private int status(String method, String path) throws IOException, InterruptedException {
    return browser.call(method, path, "", "Authorization", "Bearer sk_test_1").statusCode();
  }

  private Customer create(String key) throws StripeException {
    return stripe
        .v1()
        .customers()
        .create(
            CustomerCreateParams.builder().setName("Ann").build(),
            RequestOptions.builder().setIdempotencyKey(key).build());
  }
}
