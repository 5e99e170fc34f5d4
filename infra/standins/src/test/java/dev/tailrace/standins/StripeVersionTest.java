package dev.tailrace.standins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The shape of events by their API version. */
class StripeVersionTest {

  private final StripeStandIn standIn = StripeStandIn.start(0, Clock.systemUTC());
  private final String customer = standIn.createCustomer("Ann", "ann@example.com");

  @AfterEach
  void close() {
    standIn.close();
  }

  @Test
  void hasTheSubscriptionInTheParentSinceBasil() {
    for (String version : new String[] {"2025-03-31.basil", StripeApi.VERSION}) {
      standIn.apiVersion(version);
      String subscription = paid();
      assertThat(newest().path("api_version").asText()).isEqualTo(version);
      JsonNode invoice = newest().path("data").path("object");
      assertThat(invoice.path("parent").path("subscription_details").path("subscription").asText())
          .isEqualTo(subscription);
      assertThat(invoice.has("subscription")).isFalse();
    }
  }

  @Test
  void hasTheSubscriptionAtTheTopBeforeBasil() {
    standIn.apiVersion("2025-02-24.acacia");
    String subscription = paid();
    JsonNode invoice = newest().path("data").path("object");
    assertThat(invoice.path("subscription").asText()).isEqualTo(subscription);
    assertThat(invoice.has("parent")).isFalse();
    JsonNode line = invoice.path("lines").path("data").path(0);
    assertThat(line.path("subscription").asText()).isEqualTo(subscription);
    assertThat(line.path("price").path("id").asText()).isEqualTo("price_basic");
    assertThat(line.has("pricing")).isFalse();
  }

  @Test
  void hasThePeriodAtTheTopBeforeBasil() {
    standIn.apiVersion("2024-06-20");
    standIn.createSubscription(customer, "price_basic");
    JsonNode subscription = newest().path("data").path("object");
    assertThat(subscription.path("current_period_end").asLong())
        .isGreaterThan(subscription.path("current_period_start").asLong());
    JsonNode item = subscription.path("items").path("data").path(0);
    assertThat(item.has("current_period_start")).isFalse();
    assertThat(item.has("current_period_end")).isFalse();
  }

  @Test
  void hasTheOldestShapeWithoutAVersion() {
    standIn.withoutApiVersion();
    String subscription = paid();
    assertThat(newest().has("api_version")).isTrue();
    assertThat(newest().path("api_version").isNull()).isTrue();
    assertThat(newest().path("data").path("object").path("subscription").asText())
        .isEqualTo(subscription);
  }

  @Test
  void tellsWhatWasBeforeInTheSameShape() {
    standIn.apiVersion("2024-06-20");
    standIn.failInvoice(standIn.createSubscription(customer, "price_basic"));
    assertThat(standIn.events().get(standIn.events().size() - 2).json())
        .contains("\"previous_attributes\":{\"latest_invoice\":null,\"status\":\"active\"}");
  }

  @Test
  void refusesAVersionThatIsNone() {
    assertThatThrownBy(() -> standIn.apiVersion("basil"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private String paid() {
    String subscription = standIn.createSubscription(customer, "price_basic");
    standIn.payInvoice(subscription);
    return subscription;
  }

  private JsonNode newest() {
    return Json.readObject(standIn.events().getLast().json()).orElseThrow();
  }
}
