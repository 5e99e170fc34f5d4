package dev.tailrace.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.StripeEvent;
import dev.tailrace.contracts.event.Topics;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What can be seen of an event on its way: what is new in Kafka since this was opened, and what
 * stands in Postgres.
 */
final class Sights implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration WARM_UP = Duration.ofMillis(200);
  private static final Duration POLL = Duration.ofMillis(5);

  /** The type whose journey the demo shows in Kafka. */
  static final EventType<?> SUBSCRIPTION = Catalogue.of(StripeEvent.SubscriptionCreated.class);

  private final Connection database;
  private final KafkaConsumer<String, String> kafka;
  private final List<ConsumerRecord<String, String>> seen = new ArrayList<>();

  private Sights(Connection database, KafkaConsumer<String, String> kafka) {
    this.database = database;
    this.kafka = kafka;
  }

  static Sights open(Whereabouts whereabouts) {
    try {
      Connection database =
          DriverManager.getConnection(whereabouts.databaseUrl(), whereabouts.databaseUser(), "");
      return new Sights(database, consumer(whereabouts.kafka()));
    } catch (SQLException e) {
      throw new CannotException("Postgres does not answer: " + e.getMessage(), e);
    }
  }

  private static KafkaConsumer<String, String> consumer(String bootstrap) {
    var settings = new HashMap<String, Object>();
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 5);
    var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    var topics = new Topics("");
    List<TopicPartition> partitions =
        Stream.of(topics.events(SUBSCRIPTION), topics.realtimeOutbox(), topics.attempts())
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    // The first fetch makes connections and sessions; the journeys should not be told with it.
    consumer.poll(WARM_UP);
    return consumer;
  }

  Connection database() {
    return database;
  }

  /** The event's record in this topic, as soon as a reader of committed records sees it. */
  ConsumerRecord<String, String> inTopic(String topic, String eventId) {
    return record(
        topic + " has " + eventId,
        record -> record.topic().equals(topic) && header(record, CloudEvents.ID).equals(eventId));
  }

  /** How the consumer's effect of this event was settled, once it is. */
  JsonNode settled(String consumer, String eventId) {
    return Stream.generate(() -> attempt(consumer, eventId))
        .filter(attempt -> !attempt.path("outcome").asText().equals("retry"))
        .findFirst()
        .orElseThrow();
  }

  private JsonNode attempt(String consumer, String eventId) {
    ConsumerRecord<String, String> record =
        record(
            consumer + " has settled " + eventId,
            candidate ->
                candidate.topic().equals(new Topics("").attempts())
                    && candidate.key().equals(eventId)
                    && candidate.value().contains("\"consumer\":\"" + consumer + "\""));
    seen.remove(record);
    try {
      return Json.read(record.value());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an attempt is no JSON", e);
    }
  }

  private ConsumerRecord<String, String> record(
      String what, Predicate<ConsumerRecord<String, String>> wanted) {
    return await(
        what,
        () -> {
          kafka.poll(POLL).forEach(seen::add);
          return seen.stream().filter(wanted).findFirst();
        });
  }

  /** The first row's first column, once there is one. */
  String row(String what, String sql, String argument) {
    return await(what, () -> first(sql, argument));
  }

  private Optional<String> first(String sql, String argument) {
    try (PreparedStatement select = database.prepareStatement(sql)) {
      select.setString(1, argument);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
      }
    } catch (SQLException e) {
      throw new CannotException("Postgres does not answer: " + e.getMessage(), e);
    }
  }

  /** Looks until it is there; after half a minute it says what did not happen. */
  static <T> T await(String what, Supplier<Optional<T>> look) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      Optional<T> found = look.get();
      if (found.isPresent()) {
        return found.get();
      }
      Thread.onSpinWait();
    }
    throw new CannotException(
        "within %d s it did not happen that %s; data/tailrace.log may tell why"
            .formatted(PATIENCE.toSeconds(), what));
  }

  static String header(ConsumerRecord<String, String> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** Topic, partition and offset, in short. */
  static String place(ConsumerRecord<String, String> record) {
    return "%s[%d]@%d".formatted(record.topic(), record.partition(), record.offset());
  }

  /** The place in commit order, without the zeros that make it comparable as text. */
  static String seq(ConsumerRecord<String, String> record) {
    return "seq " + Long.parseLong(header(record, CloudEvents.SEQ));
  }

  @Override
  public void close() {
    kafka.close();
    try {
      database.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
