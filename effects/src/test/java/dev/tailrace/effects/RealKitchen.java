package dev.tailrace.effects;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.Topics;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.service.AdminAddress;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Call;
import dev.tailrace.testkit.KafkaServer;
import dev.tailrace.testkit.TestDatabase;
import dev.tailrace.testkit.TestTopics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * A database and the topics of the kitchen, for one test that runs applications on a real broker.
 */
final class RealKitchen implements AutoCloseable {

  static final int PARTITIONS = 3;

  private final TestDatabase database;
  private final TestTopics topics;

  private RealKitchen(TestTopics topics) throws SQLException {
    this.topics = topics;
    this.database = TestDatabase.create();
    Database.migrate(database.dataSource());
    topics.create(Kitchen.TOPIC, PARTITIONS, Map.of());
    topics.create(Kitchen.RELEASED, PARTITIONS, Map.of());
  }

  static RealKitchen open() throws SQLException {
    return new RealKitchen(TestTopics.create());
  }

  /** On a broker of the test's own. */
  static RealKitchen openOn(KafkaServer broker) throws SQLException {
    return new RealKitchen(TestTopics.wholeBroker(broker));
  }

  TestDatabase database() {
    return database;
  }

  TestTopics topics() {
    return topics;
  }

  /** Runs the application until the service is closed. */
  Service start(Application application, Path state, int concurrency) {
    return start(application, application.name() + "-0", state, 1, concurrency);
  }

  /** Runs an instance of the application until the service is closed. */
  Service start(
      Application application, String instance, Path state, int threads, int concurrency) {
    var config =
        new EffectsConfig(
            topics.bootstrapServers(),
            new Topics(topics.prefix()),
            instance,
            state,
            threads,
            concurrency,
            "/tailrace/test");
    return Service.start(
        application.name(),
        AdminAddress.FREE,
        service ->
            Effects.start(application, config, database.dataSource(), service, Clock.systemUTC()));
  }

  /** See {@link Kitchen#produce}. */
  void produce(int from, int to, int tasks) throws ExecutionException, InterruptedException {
    Kitchen.produce(topics, from, to, tasks, PARTITIONS);
  }

  void arrives(String topic, int partition, Envelope envelope)
      throws ExecutionException, InterruptedException {
    arrive(topic, partition, List.of(envelope));
  }

  void arrive(String topic, int partition, List<Envelope> envelopes)
      throws ExecutionException, InterruptedException {
    try (Producer<String, byte[]> producer = topics.producer()) {
      var sent = new ArrayList<Future<RecordMetadata>>();
      for (Envelope each : envelopes) {
        sent.add(producer.send(Kitchen.produced(topics.name(topic), partition, each)));
      }
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
    }
  }

  /** How many effects of the consumer are recorded as done. */
  long done(String consumer) {
    return database.count(
        "select count(*) from effect_done where consumer = ? and outcome = 'done'", consumer);
  }

  /** The attempts that were told of this event, by what came of them. */
  List<String> outcomes(int number) {
    return topics.readAll("effects.attempts").stream()
        .filter(attempt -> attempt.key().equals(Kitchen.id(number).toString()))
        .map(attempt -> outcome(attempt.value()))
        .toList();
  }

  private static String outcome(byte[] attempt) {
    try {
      return Json.read(new String(attempt, StandardCharsets.UTF_8)).path("outcome").asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<DeadLetter> deadLetters() {
    return topics.readAll("effects.dead.kitchen").stream()
        .flatMap(record -> DeadLetter.read(record).stream())
        .toList();
  }

  /** Up to where the kitchen has taken a partition in; what it has made of it is committed too. */
  long takenIn(String topic, int partition) throws ExecutionException, InterruptedException {
    var it = new TopicPartition(topics.name(topic), partition);
    try (Admin admin = admin()) {
      var committed =
          admin
              .listConsumerGroupOffsets(topics.prefix() + "tailrace-kitchen")
              .partitionsToOffsetAndMetadata()
              .get()
              .get(it);
      return committed == null ? 0 : committed.offset();
    }
  }

  /** Whether all that has been claimed is taken in. */
  boolean hasTakenInAll() throws ExecutionException, InterruptedException {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      if (takenIn(Kitchen.TOPIC, partition) < end(Kitchen.TOPIC, partition)) {
        return false;
      }
    }
    return true;
  }

  private long end(String topic, int partition) throws ExecutionException, InterruptedException {
    var it = new TopicPartition(topics.name(topic), partition);
    try (Admin admin = admin()) {
      return admin.listOffsets(Map.of(it, OffsetSpec.latest())).partitionResult(it).get().offset();
    }
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", topics.bootstrapServers()));
  }

  /** What a destination sees of an attempt. */
  static Call call(Effect<TaskClaimed> effect) {
    return new Call(
        effect.event().taskId(),
        effect.envelope().seq(),
        effect.envelope().id().toString(),
        effect.idempotencyKey());
  }

  @Override
  public void close() {
    topics.close();
    database.close();
  }

  /** An event of partition 0 that was committed then. */
  void committed(Instant at, Envelope event) throws Exception {
    String topic = event.type().equals(Kitchen.TYPE) ? Kitchen.TOPIC : Kitchen.RELEASED;
    ProducerRecord<String, byte[]> record = Kitchen.produced(topics.name(topic), 0, event);
    send(
        new ProducerRecord<>(
            record.topic(),
            record.partition(),
            at.toEpochMilli(),
            record.key(),
            record.value(),
            record.headers()));
  }

  void send(ProducerRecord<String, byte[]> record) throws Exception {
    try (Producer<String, byte[]> producer = topics.producer()) {
      producer.send(record).get();
    }
  }
}
