package dev.tailrace.consumers.journal;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Topics;
import dev.tailrace.contracts.journal.DeadLetter;
import dev.tailrace.contracts.journal.Journal;
import dev.tailrace.contracts.journal.JournaledEffect;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.TestDatabase;
import dev.tailrace.testkit.TestTopics;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A database, topics, and journals that read the one into the other. */
final class JournalScenario implements AutoCloseable {

  static final int PARTITIONS = 2;
  static final String DEAD = "effects.dead.kitchen";

  final TestDatabase database;
  final TestTopics topics;
  final Map<String, String> environment = new HashMap<>();
  private final List<Service> services = new ArrayList<>();

  private JournalScenario(TestDatabase database, TestTopics topics) throws SQLException {
    this.database = database;
    this.topics = topics;
    Database.migrate(database.dataSource());
    environment.put("JOURNAL_DB_URL", database.jdbcUrl());
    environment.put("JOURNAL_DB_USER", database.user());
    environment.put("JOURNAL_DB_PASSWORD", database.password());
    environment.put("JOURNAL_KAFKA_BOOTSTRAP", topics.bootstrapServers());
    if (!topics.prefix().isEmpty()) {
      environment.put("JOURNAL_TOPIC_PREFIX", topics.prefix());
    }
    environment.put("JOURNAL_ADMIN_PORT", "0");
    for (String topic : List.of(topic(Records.CLAIMED), topic(Records.POKE), attempts(), DEAD)) {
      topics.create(topic, PARTITIONS, Map.of());
    }
  }

  static JournalScenario create() throws SQLException {
    return on(TestTopics.create());
  }

  static JournalScenario on(TestTopics topics) throws SQLException {
    return new JournalScenario(TestDatabase.create(), topics);
  }

  /** The topic of a type's events. */
  String topic(String type) {
    return new Topics(topics.prefix()).events(Catalogue.find(type).orElseThrow());
  }

  String attempts() {
    return topics.name("effects.attempts");
  }

  String dead() {
    return topics.name(DEAD);
  }

  /** Starts a journal and returns at once. */
  Service begin() {
    return begin(Clock.systemUTC());
  }

  Service begin(Clock clock) {
    Service service = JournalApplication.start(JournalConfig.from(environment), clock);
    services.add(service);
    return service;
  }

  /** Starts a journal and returns when it has caught up. */
  Service start() {
    Service service = begin();
    awaitReady(service);
    return service;
  }

  static void awaitReady(Service service) {
    Await.untilAsserted(
        "the journal is ready",
        () -> {
          Optional<String> unreadiness = service.unreadiness();
          if (unreadiness.isPresent()) {
            throw new AssertionError(unreadiness.get());
          }
        });
  }

  /** Writes records and waits until they are there. */
  void send(Stream<ProducerRecord<String, byte[]>> records) {
    try (Producer<String, byte[]> producer = topics.producer()) {
      records.forEach(
          record -> {
            var _ = producer.send(record);
          });
      producer.flush();
    }
  }

  @SafeVarargs
  final void send(ProducerRecord<String, byte[]>... records) {
    var all = new ArrayList<ProducerRecord<String, byte[]>>();
    for (ProducerRecord<String, byte[]> record : records) {
      all.add(record);
    }
    send(all.stream());
  }

  void awaitCount(String table, long count) {
    Await.untilAsserted(
        count + " rows are in " + table,
        () -> {
          long there = count(table);
          if (there != count) {
            throw new AssertionError(there + " of " + count);
          }
        });
  }

  long count(String table) {
    return database.count("select count(*) from " + table);
  }

  /** Every row of a table of the journal, as text. */
  List<String> rows(String table) {
    return database.strings("select t::text from " + table + " t order by 1");
  }

  /** Asks the journal's read side. */
  <T> T ask(Database.Work<T> question) throws SQLException {
    try (Connection connection = database.connect()) {
      return question.in(connection);
    }
  }

  List<JournaledEffect> effects(UUID event) throws SQLException {
    return ask(connection -> Journal.effects(connection, event));
  }

  List<DeadLetter> openDeadLetters() throws SQLException {
    return ask(connection -> Journal.openDeadLetters(connection, Optional.of("kitchen"), 10));
  }

  @Override
  public void close() {
    services.forEach(Service::close);
    database.close();
    topics.close();
  }
}
