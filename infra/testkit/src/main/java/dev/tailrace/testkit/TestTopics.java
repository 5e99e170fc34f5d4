package dev.tailrace.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The topics of one test: all begin with a prefix of its own, and go when the test closes this.
 *
 * <p>Topics may be named with the prefix or without it.
 */
public final class TestTopics implements AutoCloseable {
  private static final Duration READ_LIMIT = Duration.ofSeconds(60);

  private final KafkaServer server;
  private final String prefix;
  private final Admin admin;

  private TestTopics(KafkaServer server, String prefix) {
    this.server = server;
    this.prefix = prefix;
    this.admin = Admin.create(settings());
  }

  /** A prefix of its own on the shared broker. */
  public static TestTopics create() {
    return createOn(Servers.kafka());
  }

  /** A prefix of its own on a broker of the test's own, such as one that it is going to stop. */
  public static TestTopics createOn(KafkaServer server) {
    return new TestTopics(server, "t" + UUID.randomUUID().toString().substring(0, 8) + ".");
  }

  /** Every topic of a broker that is not the test's: nothing is deleted when this closes. */
  public static TestTopics wholeBroker(KafkaServer server) {
    return new TestTopics(server, "");
  }

  public String bootstrapServers() {
    return server.bootstrapServers();
  }

  /** Ends with a dot; empty for a whole broker. */
  public String prefix() {
    return prefix;
  }

  /** The topic's whole name. */
  public String name(String topic) {
    return topic.startsWith(prefix) ? topic : prefix + topic;
  }

  /** Makes a topic and waits until it can be produced to. */
  public void create(String topic, int partitions, Map<String, String> config) {
    var fresh = new NewTopic(name(topic), Optional.of(partitions), Optional.empty());
    get(admin.createTopics(List.of(fresh.configs(config))).all());
    // KAFKA-15591: records sent before each partition answers can be lost.
    var latest =
        IntStream.range(0, partitions)
            .mapToObj(partition -> new TopicPartition(name(topic), partition))
            .collect(Collectors.toMap(partition -> partition, _ -> OffsetSpec.latest()));
    // The brokers learn of a new topic one by one, and say that it is unknown until then.
    Await.until(
        "every partition of " + topic + " answers",
        () -> {
          try {
            return admin.listOffsets(latest).all().get().size() == partitions;
          } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
              return false;
            }
            throw e;
          }
        });
  }

  /** The names of this test's topics, with their prefix. */
  public List<String> names() {
    return get(admin.listTopics().names()).stream()
        .filter(name -> name.startsWith(prefix))
        .sorted()
        .toList();
  }

  /** All that a read_committed reader sees in a topic now, by partition and offset. */
  public List<ConsumerRecord<String, byte[]>> readAll(String topic) {
    return readAll(List.of(name(topic)));
  }

  /** The same for all of this test's topics in whose name, without its prefix, this is found. */
  public List<ConsumerRecord<String, byte[]>> readAllMatching(Pattern pattern) {
    return readAll(matching(pattern));
  }

  /**
   * The same one after another, without keeping them: of each partition in the order of their
   * offsets.
   */
  public void eachMatching(Pattern pattern, Consumer<ConsumerRecord<String, byte[]>> each) {
    read(matching(pattern), each);
  }

  private List<String> matching(Pattern pattern) {
    return names().stream()
        .filter(name -> pattern.matcher(name.substring(prefix.length())).find())
        .toList();
  }

  private List<ConsumerRecord<String, byte[]>> readAll(List<String> topics) {
    var all = new ArrayList<ConsumerRecord<String, byte[]>>();
    read(topics, all::add);
    all.sort(
        Comparator.<ConsumerRecord<String, byte[]>, String>comparing(ConsumerRecord::topic)
            .thenComparingInt(ConsumerRecord::partition)
            .thenComparingLong(ConsumerRecord::offset));
    return all;
  }

  private void read(List<String> topics, Consumer<ConsumerRecord<String, byte[]>> each) {
    var settings = settings();
    settings.put("isolation.level", "read_committed");
    settings.put("max.poll.records", "5000");
    var keys = new StringDeserializer();
    try (var consumer = new KafkaConsumer<>(settings, keys, new ByteArrayDeserializer())) {
      var partitions =
          get(admin.describeTopics(topics).allTopicNames()).values().stream()
              .flatMap(
                  topic ->
                      topic.partitions().stream()
                          .map(p -> new TopicPartition(topic.name(), p.partition())))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      var deadline = System.nanoTime() + READ_LIMIT.toNanos();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        if (System.nanoTime() - deadline > 0) {
          throw new AssertionError("Not read to the end within " + READ_LIMIT + ": " + topics);
        }
        for (var record : consumer.poll(Duration.ofMillis(100))) {
          if (record.offset() < endOf(ends, record)) {
            each.accept(record);
          }
        }
      }
    }
  }

  private static long endOf(Map<TopicPartition, Long> ends, ConsumerRecord<?, ?> record) {
    return ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L);
  }

  /** An idempotent producer, which the caller closes. */
  public Producer<String, byte[]> producer() {
    return producer(settings());
  }

  /** Writes an event as the relay would, and waits until it is there. */
  public void send(String topic, String key, RelayedEvent event) {
    try (Producer<String, byte[]> producer = producer()) {
      get(producer.send(event.record(name(topic), key)));
    }
  }

  /** A transactional producer, which the caller closes; its transactions are initialised. */
  public Producer<String, byte[]> producer(String transactionalId) {
    var settings = settings();
    settings.put("transactional.id", prefix + transactionalId);
    var producer = producer(settings);
    producer.initTransactions();
    return producer;
  }

  private static Producer<String, byte[]> producer(Map<String, Object> settings) {
    return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  @Override
  public void close() {
    try (admin) {
      if (!prefix.isEmpty()) {
        get(admin.deleteTopics(names()).all());
      }
    }
  }

  private Map<String, Object> settings() {
    return new HashMap<>(Map.of("bootstrap.servers", server.bootstrapServers()));
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
