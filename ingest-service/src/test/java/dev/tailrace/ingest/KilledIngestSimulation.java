package dev.tailrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.net.Webhook;
import com.zaxxer.hikari.HikariDataSource;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.embedded.EmbeddedPostgres;
import dev.tailrace.testkit.AckedIsDurable;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.OncePerDelivery;
import dev.tailrace.testkit.Receipt;
import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import dev.tailrace.testkit.ServiceProcess;
import dev.tailrace.testkit.Sql;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service, or Postgres under it, or both, are killed under load: each delivery that was
 * answered 2xx is in the table, and once. {@code -Dtailrace.kills} says how often, 3 unless told.
 */
class KilledIngestSimulation {

  private static final int KILLS = Integer.getInteger("tailrace.kills", 3);
  private static final int SENDERS = 16;
  private static final String SECRET = "whsec_killed";
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @TempDir private Path folder;

  @Test
  void whatWasAcknowledgedIsThereOnce() {
    Seeds.forEach(1, seed -> new Run(seed).go());
  }

  private final class Run {

    private final Seed seed;
    private final int port;
    private final int databasePort;
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final HttpClient http =
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private EmbeddedPostgres postgres;
    private ServiceProcess ingest;

    Run(Seed seed) throws Exception {
      this.seed = seed;
      this.port = ServiceProcess.freePort();
      this.databasePort = ServiceProcess.freePort();
      this.postgres = startPostgres();
      try (HikariDataSource database = database()) {
        Database.migrate(database);
      }
      this.ingest = startIngest();
    }

    void go() throws Exception {
      List<Thread> senders = new ArrayList<>();
      for (int i = 0; i < SENDERS; i++) {
        senders.add(Thread.startVirtualThread(this::deliverAll));
      }
      for (int kill = 0; kill < KILLS; kill++) {
        awaitMore(seed.between(100, 1500));
        kill();
      }
      awaitMore(200);
      stopped.set(true);
      for (Thread sender : senders) {
        sender.join();
      }
      check();
      ingest.close();
      postgres.close();
    }

    private void awaitMore(int deliveries) {
      int enough = acknowledged.size() + deliveries;
      Await.until(
          deliveries + " more are acknowledged", LIMIT, () -> acknowledged.size() >= enough);
    }

    private void kill() throws Exception {
      int what = seed.below(3);
      if (what != 0) {
        ingest.kill();
      }
      if (what != 1) {
        postgres.kill();
        postgres = startPostgres();
      }
      if (what != 0) {
        ingest = startIngest();
      }
    }

    private EmbeddedPostgres startPostgres() {
      return EmbeddedPostgres.start(folder.resolve("postgres"), databasePort, Map.of());
    }

    private ServiceProcess startIngest() throws Exception {
      Map<String, String> environment =
          Map.of(
              "INGEST_PORT", Integer.toString(port),
              "INGEST_ADMIN_PORT", Integer.toString(ServiceProcess.freePort()),
              "INGEST_DB_URL", postgres.jdbcUrl("postgres"),
              "INGEST_DB_USER", postgres.user(),
              "INGEST_STRIPE_SECRETS", SECRET);
      return ServiceProcess.start(
              IngestMain.class, List.of(), environment, folder.resolve("ingest.log"))
          .awaitOpen(port);
    }

    private void deliverAll() {
      while (!stopped.get()) {
        String id = "evt_" + numbers.incrementAndGet();
        while (!deliver(id) && !stopped.get()) {
          // As a provider does: the same again.
        }
      }
    }

    private boolean deliver(String id) {
      String body = StripeBodies.subscriptionCreated(id, "cus_" + id.length());
      long now = Instant.now().getEpochSecond();
      try {
        String signature = Webhook.Util.computeHmacSha256(SECRET, now + "." + body);
        HttpRequest request =
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/webhooks/stripe"))
                .timeout(Duration.ofSeconds(5))
                .header("Stripe-Signature", "t=" + now + ",v1=" + signature)
                .POST(BodyPublishers.ofString(body))
                .build();
        boolean taken = http.send(request, BodyHandlers.ofString()).statusCode() == 200;
        if (taken) {
          acknowledged.add(id);
        }
        return taken;
      } catch (Exception e) {
        return false;
      }
    }

    private void check() {
      List<String> ids = List.copyOf(acknowledged);
      try (HikariDataSource database = database()) {
        new AckedIsDurable(database, ids.stream().map(id -> new Receipt("stripe", id)).toList())
            .check();
        new OncePerDelivery(database, ids).check();
        assertThat(
                new Sql(database)
                    .count(
                        """
                        select count(*) from webhook_receipt
                          full join outbox_event on outbox_event.id = webhook_receipt.event_id
                          full join webhook_body on webhook_body.event_id = webhook_receipt.event_id
                        where outbox_event.id is null or webhook_receipt.event_id is null
                          or webhook_body.event_id is null"""))
            .as("receipts, events and bodies that are not there together")
            .isZero();
      }
    }

    private HikariDataSource database() {
      var config =
          new DatabaseConfig(
              postgres.jdbcUrl("postgres"), postgres.user(), "", 2, Duration.ofSeconds(10));
      return Database.pool(config, "checks", new SimpleMeterRegistry());
    }
  }
}
