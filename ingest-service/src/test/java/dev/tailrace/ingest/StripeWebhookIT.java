package dev.tailrace.ingest;

import static dev.tailrace.ingest.RunningIngest.json;
import static dev.tailrace.ingest.StripeBodies.event;
import static dev.tailrace.ingest.StripeBodies.subscriptionCreated;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.net.Webhook;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.testkit.AckedIsDurable;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.OncePerDelivery;
import dev.tailrace.testkit.Receipt;
import dev.tailrace.testkit.TestDatabase;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StripeWebhookIT {

  private static RunningIngest ingest;

  @BeforeAll
  static void start() throws Exception {
    ingest = RunningIngest.on(TestDatabase.create());
  }

  @AfterAll
  static void stop() {
    ingest.close();
  }

  @BeforeEach
  void empty() {
    ingest
        .database()
        .execute(
            "truncate outbox_event, webhook_receipt, webhook_body, webhook_rejection, organization cascade");
  }

  @Test
  void storesReceiptBodyAndEventOfAnAcceptedDelivery() throws Exception {
    String body = subscriptionCreated("evt_a", "cus_1");
    HttpResponse<String> answer = ingest.deliver(body);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"received\":true}");

    var row = ingest.database().rows("select * from outbox_event").getFirst();
    assertThat(row)
        .containsEntry("type", "stripe:customer.subscription.created")
        .containsEntry("tenant_id", "stripe/platform")
        .containsEntry("aggregate_type", "stripe_customer")
        .containsEntry("aggregate_id", "cus_1");
    assertThat(
            ingest
                .database()
                .count(
                    """
                    select count(*) from webhook_receipt r
                    join webhook_body b using (event_id) join outbox_event o on o.id = r.event_id
                    where r.source = 'stripe' and r.dedupe_key = 'evt_a' and r.outcome = 'accepted'
                      and b.body = ? and extract(epoch from o.occurred_at) = 1700000000""",
                    (Object) body.getBytes(UTF_8)))
        .isOne();
    new AckedIsDurable(ingest.database().dataSource(), List.of(new Receipt("stripe", "evt_a")))
        .check();
  }

  @Test
  void storesOneEventForTwentyDeliveriesAtOnce() throws Exception {
    String body = subscriptionCreated("evt_once", "cus_1");
    List<Integer> statuses = atOnce(20, () -> ingest.deliver(body).statusCode());
    assertThat(statuses).hasSize(20).containsOnly(200);
    assertThat(ingest.database().count("select count(*) from outbox_event")).isOne();
    assertThat(ingest.database().count("select count(*) from webhook_body")).isOne();
    new OncePerDelivery(ingest.database().dataSource(), List.of("evt_once")).check();
  }

  @Test
  void acceptsASignatureOfTheOlderSecret() throws Exception {
    String body = subscriptionCreated("evt_old_secret", "cus_1");
    String signature =
        "t=1700000000,v1="
            + Webhook.Util.computeHmacSha256(RunningIngest.OLDER_SECRET, "1700000000." + body);
    assertThat(ingest.send(ingest.stripe(body, signature)).statusCode()).isEqualTo(200);
  }

  @Test
  void keepsAnUnknownTypeAsOther() throws Exception {
    ingest.deliver(event("evt_b", "radar.rule.created", "{\"id\":\"rule_1\"}"));
    assertThat(ingest.database().strings("select type || ' ' || aggregate_id from outbox_event"))
        .containsExactly("stripe:other rule_1");
  }

  @Test
  void resolvesTheTenantByItsBillingAccount() throws Exception {
    ingest
        .database()
        .execute("insert into organization (id, name, slug) values ('org_1', 'One', 'one')");
    ingest
        .database()
        .execute(
            "insert into billing_account (organization_id, stripe_customer_id) values ('org_1', 'cus_1')");
    ingest.deliver(subscriptionCreated("evt_c", "cus_1"));
    ingest.deliver(
        subscriptionCreated("evt_d", "cus_2").replaceFirst("\\{", "{\"account\":\"acct_9\","));
    assertThat(ingest.database().strings("select tenant_id from outbox_event order by id"))
        .containsExactly("org_1", "stripe/acct_9");
  }

  @Test
  void keepsSecretLinksOutOfTheEventButInTheBody() throws Exception {
    ingest.deliver(
        event(
            "evt_e",
            "invoice.created",
            "{\"id\":\"in_1\",\"x\":{\"invoice_pdf\":\"https://pdf\"}}"));
    assertThat(ingest.database().strings("select payload from outbox_event").getFirst())
        .doesNotContain("invoice_pdf");
    assertThat(
            ingest
                .database()
                .strings("select convert_from(body, 'UTF8') from webhook_body")
                .getFirst())
        .contains("invoice_pdf");
  }

  @Test
  void carriesAWellFormedTraceContextOnAndDropsAnyOther() throws Exception {
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    for (String header : List.of(trace, "00-nonsense")) {
      String body = subscriptionCreated("evt_" + header.length(), "cus_1");
      ingest.send(ingest.stripe(body, ingest.signature(body)).header("traceparent", header));
    }
    assertThat(ingest.database().strings("select headers from outbox_event order by id"))
        .containsExactly("{\"version\":1,\"traceparent\":\"" + trace + "\"}", "{\"version\":1}");
  }

  @Test
  void rejectsAnUnsignedWebhookAndSamplesWhy() throws Exception {
    String body = subscriptionCreated("evt_f", "cus_1");
    HttpResponse<String> answer = ingest.send(ingest.stripe(body, "t=1700000000,v1=00"));
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(json(answer).path("title").asText()).isEqualTo("the signature does not match");
    assertThat(ingest.database().count("select count(*) from outbox_event")).isZero();
    Await.until(
        "the rejection is sampled",
        () ->
            ingest
                .database()
                .strings("select source || ' ' || status || ' ' || reason from webhook_rejection")
                .contains("stripe 401 the signature does not match"));
    assertThat(ingest.admin("/metrics").body())
        .contains(
            "tailrace_ingest_rejected_total{reason=\"the signature does not match\",source=\"stripe\"}")
        .contains(
            "tailrace_ingest_requests_seconds_count{route=\"/webhooks/stripe\",status=\"401\"}");
  }

  @Test
  void refusesASignedEventThatIsTooLargeForTheOutbox() throws Exception {
    String body = event("evt_g", "x.y", "{\"id\":\"o\",\"text\":\"" + "x".repeat(905_000) + "\"}");
    HttpResponse<String> answer = ingest.deliver(body);
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(json(answer).path("errors").path(0).path("problem").asText())
        .contains("at most 900000 are taken");
    assertThat(ingest.database().count("select count(*) from webhook_receipt")).isZero();
  }

  @Test
  void refusesABodyOverTheLimitHoweverItIsFramed() throws Exception {
    byte[] large = new byte[RunningIngest.MAX_BODY_BYTES + 1];
    for (var publisher :
        List.of(
            BodyPublishers.ofByteArray(large),
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))) {
      HttpResponse<String> answer =
          ingest.send(
              ingest.request("/webhooks/stripe").header("Stripe-Signature", "t=1").POST(publisher));
      assertThat(answer.statusCode()).isEqualTo(413);
      assertThat(json(answer).path("title").asText()).isEqualTo("the body is too large");
    }
  }

  @Test
  void takesABodyInChunks() throws Exception {
    String body = subscriptionCreated("evt_h", "cus_1");
    HttpResponse<String> answer =
        ingest.send(
            ingest
                .request("/webhooks/stripe")
                .header("Stripe-Signature", ingest.signature(body))
                .POST(
                    BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(body.getBytes(UTF_8)))));
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void keepsCharactersOfEveryPlane() throws Exception {
    ingest.deliver(event("evt_i", "x.y", "{\"id\":\"o\",\"name\":\"Zoë 🦀 \\u0000\"}"));
    String payload = ingest.database().strings("select payload from outbox_event").getFirst();
    assertThat(Json.read(payload).path("object").path("name").asText()).isEqualTo("Zoë 🦀 \0");
  }

  @Test
  void answersOtherPathsAndMethodsWithProblems() throws Exception {
    HttpResponse<String> missing = ingest.send(ingest.request("/webhooks/unknown").GET());
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.headers().firstValue("Content-Type")).contains("application/problem+json");
    HttpResponse<String> wrong = ingest.send(ingest.request("/webhooks/stripe").GET());
    assertThat(wrong.statusCode()).isEqualTo(405);
    assertThat(wrong.headers().firstValue("Allow")).contains("POST");
  }

  static <T> List<T> atOnce(int many, Callable<T> call) throws Exception {
    var start = new CountDownLatch(1);
    var results = new ArrayList<T>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < many; i++) {
        futures.add(
            threads.submit(
                () -> {
                  start.await();
                  return call.call();
                }));
      }
      start.countDown();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
    }
    return results;
  }
}
