package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.net.Webhook;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.contracts.service.AdminAddress;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The service on a database of its own, and the few ways a test calls it. */
final class RunningIngest implements AutoCloseable {

  static final String SECRET = "whsec_x";
  static final String OLDER_SECRET = "whsec_older";
  static final String TOKEN = "publisher-token";
  static final int MAX_BODY_BYTES = 1 << 20;

  private final TestDatabase database;
  private final Service service;
  private final int port;
  private final SettableClock clock = new SettableClock(Instant.ofEpochSecond(1_700_000_000));
  private final HttpClient http = HttpClient.newHttpClient();

  private RunningIngest(TestDatabase database, String jdbcUrl, int maxInFlight) {
    this.database = database;
    var config =
        new IngestConfig(
            "127.0.0.1",
            0,
            AdminAddress.FREE,
            new DatabaseConfig(
                jdbcUrl, database.user(), database.password(), 8, Duration.ofSeconds(1)),
            maxInFlight,
            new IngestConfig.Stripe(List.of(SECRET, OLDER_SECRET), MAX_BODY_BYTES),
            new IngestConfig.Events(List.of("another-token", TOKEN), MAX_BODY_BYTES),
            OAuthSettings.none());
    var bound = new AtomicInteger();
    this.service = IngestMain.start(config, clock, bound::set);
    this.port = bound.get();
  }

  static RunningIngest on(TestDatabase database) throws SQLException {
    return on(database, database.jdbcUrl(), 64);
  }

  static RunningIngest on(TestDatabase database, String jdbcUrl, int maxInFlight)
      throws SQLException {
    Database.migrate(database.dataSource());
    return new RunningIngest(database, jdbcUrl, maxInFlight);
  }

  TestDatabase database() {
    return database;
  }

  SettableClock clock() {
    return clock;
  }

  int port() {
    return port;
  }

  /** Delivers a body as Stripe does: signed now, with the newest secret. */
  HttpResponse<String> deliver(String body) throws Exception {
    return send(stripe(body, signature(body)));
  }

  /** A value for {@code Stripe-Signature}, made by Stripe's own library. */
  String signature(String body) throws GeneralSecurityException {
    long now = clock.instant().getEpochSecond();
    return "t=" + now + ",v1=" + Webhook.Util.computeHmacSha256(SECRET, now + "." + body);
  }

  HttpRequest.Builder stripe(String body, String signature) {
    return request("/webhooks/stripe")
        .header("Stripe-Signature", signature)
        .POST(HttpRequest.BodyPublishers.ofByteArray(body.getBytes(UTF_8)));
  }

  HttpResponse<String> publish(String body) throws IOException, InterruptedException {
    return send(
        request("/events")
            .header("Authorization", "Bearer " + TOKEN)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(30));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> admin(String path) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.adminPort() + path)));
  }

  static JsonNode json(HttpResponse<String> response) throws IOException {
    return Json.read(response.body());
  }

  /** Stops the service; the database stays. */
  void stop() {
    service.close();
  }

  @Override
  public void close() {
    http.close();
    service.close();
    database.close();
  }
}
