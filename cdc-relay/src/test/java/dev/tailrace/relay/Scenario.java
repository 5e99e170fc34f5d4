package dev.tailrace.relay;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.contracts.outbox.Outbox;
import dev.tailrace.contracts.service.AdminAddress;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.TestDatabase;
import dev.tailrace.testkit.TestTopics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A database with an outbox, topics, and relays between them; all of one test's own. */
final class Scenario implements AutoCloseable {

  static final Instant NOON = Instant.parse("2026-11-20T12:00:00.123456Z");
  static final int PARTITIONS = 3;
  private static final Pattern EVENTS = Pattern.compile("^events\\.");

  final TestDatabase database;
  final TestTopics topics;
  final RelayConfig config;
  private Optional<Service> running = Optional.empty();

  private Scenario(TestDatabase database, TestTopics topics) throws SQLException {
    this.database = database;
    this.topics = topics;
    Database.migrate(database.dataSource());
    this.config =
        new RelayConfig(
            new DatabaseConfig(
                database.jdbcUrl(), database.user(), database.password(), 2, Duration.ofSeconds(5)),
            new RelayConfig.Kafka(
                topics.bootstrapServers(),
                topics.prefix(),
                PARTITIONS,
                OptionalInt.empty(),
                RelayConfig.UnknownTypes.QUARANTINE),
            new RelayConfig.Slot("s" + database.name(), "tailrace_relay"),
            RelayConfig.Reading.DEFAULT,
            RelayConfig.Retention.DEFAULT,
            "kitchen",
            AdminAddress.FREE);
  }

  static Scenario create() throws SQLException {
    return on(TestDatabase.create(), TestTopics.create());
  }

  static Scenario on(TestDatabase database, TestTopics topics) throws SQLException {
    return new Scenario(database, topics);
  }

  /** Starts the relay and returns when rows flow. */
  Service start() {
    Service service = begin();
    awaitReady(service);
    return service;
  }

  /** Starts the relay and returns at once. */
  Service begin() {
    Service service = RelayMain.start(config, Clock.systemUTC());
    running = Optional.of(service);
    return service;
  }

  static void awaitReady(Service service) {
    Await.until("the relay is ready", () -> ask(service, "ready").startsWith("200"));
  }

  /** Status and body of one of the relay's answers about its health. */
  static String ask(Service service, String question) throws IOException, InterruptedException {
    return ask(service.adminPort(), question);
  }

  /** The same of a relay in a process of its own. */
  static String ask(int adminPort, String question) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var url = "http://localhost:%d/health/%s".formatted(adminPort, question);
      var answer =
          http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    }
  }

  /** Whether rows flow in a relay in a process of its own. */
  static boolean isReady(int adminPort) throws InterruptedException {
    try {
      return ask(adminPort, "ready").startsWith("200");
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Appends an event about a task in a transaction of its own; answers its id. */
  UUID append(String task) throws SQLException {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      UUID id = append(connection, task);
      connection.commit();
      return id;
    }
  }

  static UUID append(Connection connection, String task) throws SQLException {
    return Outbox.append(
            connection, NewEvent.of(tenant(task), NOON, new TaskClaimed(task, "emp-1", NOON)))
        .id();
  }

  /** A task is always of the same tenant, of several. */
  private static String tenant(String task) {
    return "org_" + Math.floorMod(task.hashCode(), 5);
  }

  List<ConsumerRecord<String, byte[]>> events() {
    return topics.readAllMatching(EVENTS);
  }

  void awaitEvents(int count) {
    Await.untilAsserted(
        count + " events are in Kafka",
        () -> {
          int seen = events().size();
          if (seen < count) {
            throw new AssertionError(seen + " of " + count);
          }
        });
  }

  List<String> seqs() {
    return events().stream().map(event -> header(event, "ce_seq")).sorted().toList();
  }

  static String header(ConsumerRecord<?, ?> event, String name) {
    var header = event.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** As if a relay of this slot had left it. */
  void leave(String slot, Position position) {
    try (var producer = topics.producer()) {
      var _ =
          producer.send(
              new ProducerRecord<>(
                  config.kafka().topics().relayPositions(),
                  slot,
                  PositionRecord.write(position).getBytes(StandardCharsets.UTF_8)));
    }
  }

  long confirmedLsn() {
    return database.count(
        """
        select (confirmed_flush_lsn - '0/0')::bigint from pg_replication_slots
        where slot_name = ?""",
        config.slot().name());
  }

  @Override
  public void close() {
    running.ifPresent(Service::close);
    database.close();
    topics.close();
  }
}
