package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.net.Webhook;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.contracts.service.AdminAddress;
import dev.tailrace.contracts.service.Secrets;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.contracts.token.ApiTokens;
import dev.tailrace.contracts.token.Grant;
import dev.tailrace.contracts.token.TokenText;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The service on a database of its own, and the few ways a test calls it. */
final class RunningIngest implements AutoCloseable {

  static final String SECRET = "whsec_x";
  static final String OLDER_SECRET = "whsec_older";

  /** For Standard Webhooks, that of the published vector. */
  static final String STANDARD_SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";

  static final TokenText PUBLISHER = new TokenText("tr_e_test", "publisher");
  static final TokenText PLATFORM = new TokenText("tr_p_test", "platform");
  static final String TOKEN = PUBLISHER.text();
  static final int MAX_BODY_BYTES = 1 << 20;

  private final TestDatabase database;
  private final Service service;
  private final int port;
  private final SettableClock clock = new SettableClock(Instant.ofEpochSecond(1_700_000_000));
  private final HttpClient http = HttpClient.newHttpClient();

  private RunningIngest(
      TestDatabase database, String jdbcUrl, int maxInFlight, IngestConfig.Sources sources) {
    this.database = database;
    var config =
        new IngestConfig(
            new IngestConfig.Address("127.0.0.1", 0),
            AdminAddress.FREE,
            new DatabaseConfig(
                jdbcUrl, database.user(), database.password(), 8, Duration.ofSeconds(1)),
            new IngestConfig.Load(maxInFlight, 4, 64 << 20, 2, 256),
            sources,
            new IngestConfig.Events(MAX_BODY_BYTES),
            OAuthSettings.none());
    var bound = new AtomicInteger();
    this.service = IngestMain.start(config, clock, bound::set);
    this.port = bound.get();
  }

  static RunningIngest on(TestDatabase database) throws SQLException {
    return on(database, database.jdbcUrl(), 256);
  }

  static RunningIngest on(TestDatabase database, String jdbcUrl, int maxInFlight)
      throws SQLException {
    Database.migrate(database.dataSource());
    Database.inTransaction(database.dataSource(), RunningIngest::putTokens);
    return new RunningIngest(database, jdbcUrl, maxInFlight, sources());
  }

  static RunningIngest on(TestDatabase database, IngestConfig.Sources sources) throws SQLException {
    Database.migrate(database.dataSource());
    Database.inTransaction(database.dataSource(), RunningIngest::putTokens);
    return new RunningIngest(database, database.jdbcUrl(), 256, sources);
  }

  /** Every provider with a secret of the tests, and a sender {@code acme}. */
  static IngestConfig.Sources sources() {
    return new IngestConfig.Sources(
        source(SECRET, OLDER_SECRET),
        source(SECRET),
        source(STANDARD_SECRET),
        source(STANDARD_SECRET),
        Optional.of(senders()));
  }

  static IngestConfig.Source source(String... secrets) {
    return new IngestConfig.Source(new Secrets.Given(List.of(secrets)), MAX_BODY_BYTES);
  }

  private static Path senders() {
    try {
      Path file = Files.createTempFile("senders", ".json");
      file.toFile().deleteOnExit();
      return Files.writeString(
          file,
          """
          {"acme":{"secrets":["%s"],"aggregate":"/data/customer/id","aggregateType":"customer",
                   "tenant":"org_1","maxBodyBytes":65536}}"""
              .formatted(STANDARD_SECRET));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<?> putTokens(Connection connection) throws SQLException {
    var everything = new Grant.Publisher(Optional.empty(), Optional.empty());
    ApiTokens.putWellKnown(connection, PUBLISHER, "tests", everything, Instant.EPOCH);
    ApiTokens.putWellKnown(
        connection, PLATFORM, "tests", new Grant.Platform(Optional.empty()), Instant.EPOCH);
    return Optional.empty();
  }

  /** Makes a token. */
  TokenText token(Grant grant) throws SQLException {
    return Database.inTransaction(
        database.dataSource(),
        connection -> ApiTokens.create(connection, "a test", grant, clock.instant()));
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

  /** Delivers a body as anybody does, with these headers. */
  HttpResponse<String> deliver(String path, Map<String, String> headers, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = request(path);
    headers.forEach(request::header);
    return send(request.POST(HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  HttpResponse<String> publish(String body) throws IOException, InterruptedException {
    return send(
        request("/events")
            .header("Authorization", "Bearer " + TOKEN)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /** Calls a procedure as the platform. */
  HttpResponse<String> call(String procedure, String input)
      throws IOException, InterruptedException {
    return call(procedure, input, PLATFORM);
  }

  HttpResponse<String> call(String procedure, String input, TokenText token)
      throws IOException, InterruptedException {
    return send(rpc(procedure, input, token));
  }

  HttpRequest.Builder rpc(String procedure, String input, TokenText token) {
    return request("/rpc/" + procedure)
        .header("Authorization", "Bearer " + token.text())
        .POST(HttpRequest.BodyPublishers.ofString(input));
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
