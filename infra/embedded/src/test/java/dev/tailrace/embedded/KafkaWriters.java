package dev.tailrace.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The program of another JVM: it starts Kafka, and several writers commit one transaction after the
 * other, each with the same text in both topics, until somebody kills it.
 */
final class KafkaWriters {
  static final List<String> TOPICS = List.of("left", "right");
  static final int PARTITIONS = 50;
  private static final int WRITERS = 8;
  private static final int BEFORE_IT_SAYS_SO = 20;

  private KafkaWriters() {}

  @SuppressWarnings("SystemOut")
  public static void main(String... arguments) throws Exception {
    int port = Integer.getInteger("port", 0);
    try (var kafka = EmbeddedKafka.start(Path.of(arguments[0]), port, 0)) {
      createTopics(kafka);
      var busy = new CountDownLatch(WRITERS * BEFORE_IT_SAYS_SO);
      for (String id : transactionalIds()) {
        Thread.startVirtualThread(() -> write(kafka, id, busy));
      }
      busy.await();
      System.out.println("busy");
      new CountDownLatch(1).await();
    }
  }

  static List<String> transactionalIds() {
    return IntStream.range(0, WRITERS).mapToObj(i -> "writer-" + i).toList();
  }

  static List<TopicPartition> partitions(String topic) {
    return IntStream.range(0, PARTITIONS).mapToObj(i -> new TopicPartition(topic, i)).toList();
  }

  static KafkaProducer<String, String> producer(EmbeddedKafka kafka, String transactionalId) {
    var settings = settings(kafka);
    settings.put("transactional.id", transactionalId);
    return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
  }

  static Map<String, Object> settings(EmbeddedKafka kafka) {
    return new HashMap<>(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  private static void write(EmbeddedKafka kafka, String id, CountDownLatch busy) {
    try (var producer = producer(kafka, id)) {
      producer.initTransactions();
      for (long number = System.nanoTime(); ; number++) {
        producer.beginTransaction();
        for (String topic : TOPICS) {
          int partition = (int) (number % PARTITIONS);
          var _ = producer.send(new ProducerRecord<>(topic, partition, null, id + " " + number));
        }
        producer.commitTransaction();
        busy.countDown();
      }
    }
  }

  private static void createTopics(EmbeddedKafka kafka) throws Exception {
    try (var admin = Admin.create(settings(kafka))) {
      Set<String> there = admin.listTopics().names().get();
      for (String topic : TOPICS) {
        if (!there.contains(topic)) {
          var made = new NewTopic(topic, Optional.of(PARTITIONS), Optional.empty());
          admin.createTopics(List.of(made)).all().get();
        }
        Waiting.until(topic + " answers", Duration.ofSeconds(20), () -> answers(admin, topic));
      }
    }
  }

  private static boolean answers(Admin admin, String topic) {
    Map<TopicPartition, OffsetSpec> latest =
        partitions(topic).stream()
            .collect(Collectors.toMap(partition -> partition, _ -> OffsetSpec.latest()));
    try {
      admin.listOffsets(latest).all().get();
      return true;
    } catch (ExecutionException notYet) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
