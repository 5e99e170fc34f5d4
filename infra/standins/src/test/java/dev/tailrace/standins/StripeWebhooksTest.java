package dev.tailrace.standins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.stripe.model.Event;
import com.stripe.model.Invoice;
import com.stripe.net.Webhook;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StripeWebhooksTest {

  private static final String SECRET = "whsec_abc";

  private final StripeStandIn standIn = StripeStandIn.start(0, Clock.systemUTC());
  private final Browser browser = new Browser(standIn);
  private final List<Delivery> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger refusals = new AtomicInteger();
  private int refusal = 503;
  private HttpServer endpoint;

  private record Delivery(String signature, String body) {}

  StripeWebhooksTest() throws IOException {
    endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void listen() {
    endpoint.createContext("/webhooks/stripe", this::receive);
    endpoint.start();
  }

  @AfterEach
  void close() {
    standIn.close();
    endpoint.stop(0);
  }

  @Test
  void signsTheKnownVector() {
    assertThat(
            StripeSignature.header(
                "whsec_x",
                Instant.ofEpochSecond(1_700_000_000),
                "{\"id\":\"evt_1\",\"object\":\"event\"}"))
        .isEqualTo(
            "t=1700000000,v1=c9bcc97a8a4ff4bae104ef32dcacf8b24b4c3cf0512aef639b8502673db15436");
  }

  @Test
  void sendsEventsThatTheSdkAccepts() throws Exception {
    standIn.webhooks(url(), SECRET);
    String customer = standIn.createCustomer("Ann", "ann@example.com");
    standIn.createSubscription(customer, "price_1");
    await().until(() -> received.size() == 2);
    Event event =
        Webhook.constructEvent(received.getFirst().body(), received.getFirst().signature(), SECRET);
    assertThat(event.getType()).isEqualTo("customer.created");
    assertThat(event.getPendingWebhooks()).isEqualTo(1);
    assertThat(event.getDataObjectDeserializer().getObject()).isPresent();
    assertThat(event.toJson()).contains(customer);
  }

  @Test
  void keepsTheOrderOfCreationThroughAnOutage() {
    standIn.webhooks(url(), SECRET);
    refusals.set(3);
    for (int i = 0; i < 20; i++) {
      standIn.createCustomer("c" + i, "c@example.com");
    }
    await().until(() -> received.size() == 20);
    assertThat(received)
        .extracting(Delivery::body)
        .containsExactlyElementsOf(standIn.events().stream().map(StripeEvent::json).toList());
  }

  @Test
  void givesUpAnEventThatIsRefusedForGood() throws Exception {
    refusal = 400;
    standIn.webhooks(url(), SECRET);
    refusals.set(5);
    standIn.createCustomer("bad", "c@example.com");
    standIn.createCustomer("good", "c@example.com");
    await().until(() -> received.size() == 1);
    assertThat(received.getFirst().body()).contains("good");
    assertThat(browser.get("/_standin/webhooks").body())
        .contains("\"delivered\":1")
        .contains("\"dropped\":1")
        .doesNotContain(SECRET);
  }

  @Test
  void sendsTheSameEventAgain() {
    standIn.webhooks(url(), SECRET);
    standIn.createCustomer("Ann", "ann@example.com");
    standIn.send(standIn.events().getFirst(), 2);
    await().until(() -> received.size() == 3);
    assertThat(received.stream().map(Delivery::body).distinct()).hasSize(1);
  }

  @Test
  void takesEndpointsEventsAndRepeatsOverHttp() throws Exception {
    String webhook = "{\"url\":\"" + url() + "\",\"secret\":\"" + SECRET + "\"}";
    assertThat(browser.call("POST", "/_standin/webhooks", webhook).statusCode()).isEqualTo(201);
    String paid = "{\"type\":\"invoice.paid\",\"object\":{\"id\":\"in_1\",\"object\":\"invoice\"}}";
    assertThat(browser.call("POST", "/_standin/events", paid).statusCode()).isEqualTo(201);
    String send = "{\"event\":\"" + standIn.events().getFirst().id() + "\",\"times\":2}";
    assertThat(browser.call("POST", "/_standin/send", send).statusCode()).isEqualTo(202);
    await().until(() -> received.size() == 3);
    Event event =
        Webhook.constructEvent(received.getLast().body(), received.getLast().signature(), SECRET);
    assertThat(event.getDataObjectDeserializer().getObject()).containsInstanceOf(Invoice.class);
  }

  @Test
  void saysWhatIsLegalWhenAWebhookIsNot() throws Exception {
    for (String bad :
        List.of(
            "{",
            "{}",
            "{\"url\":\"not a url\",\"secret\":\"s\"}",
            "{\"url\":\"http://[\",\"secret\":\"s\"}")) {
      var response = browser.call("POST", "/_standin/webhooks", bad);
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body()).contains("legal: ");
    }
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + endpoint.getAddress().getPort() + "/webhooks/stripe");
  }

  private void receive(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    boolean refused = refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    if (!refused) {
      received.add(new Delivery(exchange.getRequestHeaders().getFirst("Stripe-Signature"), body));
    }
    exchange.sendResponseHeaders(refused ? refusal : 200, -1);
    exchange.close();
  }
}
