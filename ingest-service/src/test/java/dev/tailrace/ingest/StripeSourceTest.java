package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.StripeEvent;
import dev.tailrace.ingest.Outcome.Rejected;
import dev.tailrace.testkit.SettableClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StripeSourceTest {

  private final StripeSource source = new StripeSource(Keys.NONE, 1024, new SettableClock());

  @Test
  void readsACataloguedType() {
    Delivery delivery =
        delivered(
            """
            {"id":"evt_1","object":"event","type":"customer.subscription.created","created":1700000000,
             "api_version":"2025-03-31.basil","account":"acct_1",
             "data":{"object":{"id":"sub_1","object":"subscription","customer":"cus_1"}}}""");
    assertThat(delivery.event()).isInstanceOf(StripeEvent.SubscriptionCreated.class);
    assertThat(delivery.dedupeKey()).isEqualTo("evt_1");
    assertThat(delivery.occurredAt()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
    assertThat(delivery.owner())
        .isEqualTo(new Owner.StripeCustomer(Optional.of("cus_1"), "stripe/acct_1"));
    var event = (StripeEvent) delivery.event();
    assertThat(event.apiVersion()).contains("2025-03-31.basil");
    assertThat(event.subject()).isEqualTo("cus_1");
  }

  @Test
  void readsAnyOtherTypeAsOther() {
    Delivery delivery =
        delivered(
            """
            {"id":"evt_2","object":"event","type":"radar.rule.created","created":1700000000,
             "api_version":null,"data":{"object":{"id":"rule_1"}}}""");
    assertThat(delivery.event())
        .isInstanceOfSatisfying(
            StripeEvent.Other.class,
            other -> {
              assertThat(other.type()).isEqualTo("radar.rule.created");
              assertThat(other.apiVersion()).isEmpty();
              assertThat(other.subject()).isEqualTo("rule_1");
            });
    assertThat(delivery.owner())
        .isEqualTo(new Owner.StripeCustomer(Optional.empty(), "stripe/platform"));
  }

  @Test
  void readsAThinEventAsOther() {
    Delivery delivery =
        delivered(
            """
            {"id":"evt_3","object":"v2.core.event","type":"v1.billing.meter.error_report_triggered",
             "created":"2026-01-02T03:04:05.678Z","related_object":{"id":"mtr_1","url":"/v1/x"}}""");
    assertThat(delivery.event())
        .isInstanceOfSatisfying(
            StripeEvent.Other.class, other -> assertThat(other.subject()).isEqualTo("mtr_1"));
    assertThat(delivery.occurredAt()).isEqualTo(Instant.parse("2026-01-02T03:04:05.678Z"));
  }

  @Test
  void readsAThinEventWithoutARelatedObject() {
    Delivery delivery =
        delivered(
            """
            {"id":"evt_4","object":"v2.core.event","type":"v2.x","created":"2026-01-02T03:04:05Z"}""");
    assertThat(((StripeEvent) delivery.event()).subject()).isEqualTo("evt_4");
  }

  @Test
  void takesSecretLinksOutAtWhateverDepth() {
    Delivery delivery =
        delivered(
            """
            {"id":"evt_5","object":"event","type":"invoice.created","created":1700000000,
             "data":{"object":{"id":"in_1","hosted_invoice_url":"https://x","amount":1.50,
               "lines":[{"client_secret":"s","deeper":{"receipt_url":"r","kept":true}}]}}}""");
    assertThat(((StripeEvent) delivery.event()).object().toString())
        .isEqualTo("{\"id\":\"in_1\",\"amount\":1.50,\"lines\":[{\"deeper\":{\"kept\":true}}]}");
  }

  @Test
  void takesTheLinksOutThatLogInOrPay() {
    Delivery portal =
        delivered(
            """
            {"id":"evt_6","object":"event","type":"billing_portal.session.created","created":1700000000,
             "data":{"object":{"id":"bps_1","object":"billing_portal.session","customer":"cus_1",
               "return_url":"https://shop/?token=t","url":"https://billing.stripe.com/p/session/x"}}}""");
    Delivery checkout =
        delivered(
            """
            {"id":"evt_7","object":"event","type":"checkout.session.completed","created":1700000000,
             "data":{"object":{"id":"cs_1","object":"checkout.session","client_secret":"cs_1_secret_x",
               "success_url":"https://shop/s","cancel_url":"https://shop/c","url":"https://checkout.stripe.com/c/pay/x",
               "payment_intent":{"id":"pi_1","next_action":{"redirect_to_url":{"url":"https://hooks.stripe.com/x"}}}}}}""");
    assertThat(((StripeEvent) portal.event()).object().toString())
        .isEqualTo(
            "{\"id\":\"bps_1\",\"object\":\"billing_portal.session\",\"customer\":\"cus_1\"}");
    assertThat(((StripeEvent) checkout.event()).object().toString())
        .isEqualTo(
            "{\"id\":\"cs_1\",\"object\":\"checkout.session\",\"payment_intent\":{\"id\":\"pi_1\"}}");
  }

  @Test
  void saysWhatIsMissing() {
    assertMalformed("", "the body is no JSON");
    assertMalformed("{", "the body is no JSON");
    assertMalformed("{\"object\":\"event\",\"x\":1e9999999999}", "the body is no JSON");
    assertMalformed("[]", "the body is no event of Stripe");
    assertMalformed("{\"object\":\"charge\"}", "the body is no event of Stripe");
    assertMalformed("{\"object\":\"event\"}", "the event has no data.object");
    assertMalformed(
        "{\"object\":\"event\",\"type\":\"a.b\",\"created\":1,\"data\":{\"object\":{}}}",
        "the event has no id");
    assertMalformed(
        "{\"object\":\"event\",\"id\":\"e\",\"created\":1,\"data\":{\"object\":{}}}",
        "the event has no type");
    for (String created : List.of("-1", "1.5", "\"1\"", "1e3", "99999999999999999999", "null")) {
      assertMalformed(
          "{\"object\":\"event\",\"id\":\"e\",\"type\":\"t\",\"data\":{\"object\":{}},\"created\":"
              + created
              + "}",
          "the event does not say when it was created");
    }
  }

  @Test
  void keepsATypeThatReadsLikeASendersAsOther() {
    Delivery delivery =
        delivered(
            """
            {"id":"evt_8","object":"event","type":"received","created":1700000000,
             "data":{"object":{"id":"x"}}}""");
    assertThat(delivery.event()).isInstanceOf(StripeEvent.Other.class);
  }

  @Test
  void refusesWhatIsNestedTooDeeply() {
    String deep = "[".repeat(300) + "]".repeat(300);
    assertMalformed(
        "{\"object\":\"event\",\"data\":{\"object\":{\"deep\":" + deep + "}}}",
        "the body is nested too deeply");
  }

  @Test
  void refusesBytesThatAreNoUtf8() {
    assertThat(read(Body.of(new byte[] {'"', (byte) 0xc3, '"'})))
        .isEqualTo(Rejected.malformed("the body is no JSON"));
  }

  private Delivery delivered(String body) {
    return (Delivery) read(Body.of(body.getBytes(UTF_8)));
  }

  private void assertMalformed(String body, String reason) {
    assertThat(read(Body.of(body.getBytes(UTF_8))))
        .describedAs(body)
        .isEqualTo(Rejected.malformed(reason));
  }

  private WebhookSource.Reading read(Body body) {
    return source.read(new Headers(Map.of()), body);
  }
}
