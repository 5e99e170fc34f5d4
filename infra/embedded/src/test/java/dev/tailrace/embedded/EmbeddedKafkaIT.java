package dev.tailrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedKafkaIT {
  private static final TopicPartition KEPT = new TopicPartition("kept", 0);

  @TempDir Path directory;

  @Test
  void keepsTopicsAndRecordsThroughARestartOnOtherPorts() throws Exception {
    try (var kafka = EmbeddedKafka.start(directory, 0, 0)) {
      createTopic(kafka);
      sendInATransaction(kafka, "first");
    }
    try (var kafka = EmbeddedKafka.start(directory, 0, 0)) {
      assertThat(readAll(kafka, 1)).containsExactly("first");
      sendInATransaction(kafka, "second");
      assertThat(readAll(kafka, 2)).containsExactly("first", "second");
    }
  }

  @Test
  void keepsCommittedRecordsThroughAHardKillOfItsJvm() throws Exception {
    var owner = OtherJvm.runs(KafkaOwner.class, directory);
    assertThat(owner.says()).isEqualTo("committed");
    owner.kill();

    try (var kafka = EmbeddedKafka.start(directory, 0, 0)) {
      assertThat(readAll(kafka, 1)).containsExactly("made by the other");
      sendInATransaction(kafka, "mine");
      assertThat(readAll(kafka, 2)).containsExactly("made by the other", "mine");
    }
  }

  @Test
  void stopsWithinThreeSeconds() throws Exception {
    var kafka = EmbeddedKafka.start(directory, 0, 0);
    createTopic(kafka);
    sendInATransaction(kafka, "first");

    var before = Instant.now();
    kafka.close();
    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void namesThePortThatIsInUse() throws IOException {
    try (var other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      int taken = other.getLocalPort();
      assertThatThrownBy(() -> EmbeddedKafka.start(directory, taken, 0))
          .isInstanceOf(PortInUseException.class)
          .hasMessageContaining(Integer.toString(taken));
      assertThatThrownBy(() -> EmbeddedKafka.start(directory, 0, taken))
          .isInstanceOf(PortInUseException.class)
          .hasMessageContaining(Integer.toString(taken));
    }
    EmbeddedKafka.start(directory, 0, 0).close();
  }

  @Test
  void refusesADirectoryThatAnotherBrokerUses() {
    try (var kafka = EmbeddedKafka.start(directory, 0, 0)) {
      assertThat(kafka.version()).isEqualTo("4.3.1");
      assertThatThrownBy(() -> EmbeddedKafka.start(directory, 0, 0))
          .hasMessageContaining("Another running server uses " + directory);
    }
  }

  static void createTopic(EmbeddedKafka kafka) throws Exception {
    try (var admin = Admin.create(bootstrap(kafka))) {
      var topic = new NewTopic(KEPT.topic(), Optional.of(1), Optional.empty());
      admin.createTopics(List.of(topic)).all().get();
      // A topic takes records once its partition answers, not before.
      admin.listOffsets(Map.of(KEPT, OffsetSpec.latest())).all().get();
    }
  }

  static void sendInATransaction(EmbeddedKafka kafka, String value) {
    var settings = bootstrap(kafka);
    settings.put("transactional.id", "test");
    var strings = new StringSerializer();
    try (var producer = new KafkaProducer<>(settings, strings, strings)) {
      producer.initTransactions();
      producer.beginTransaction();
      var _ = producer.send(new ProducerRecord<>(KEPT.topic(), value));
      producer.commitTransaction();
    }
  }

  private static List<String> readAll(EmbeddedKafka kafka, int count) {
    var settings = bootstrap(kafka);
    settings.put("isolation.level", "read_committed");
    var strings = new StringDeserializer();
    var values = new ArrayList<String>();
    try (var consumer = new KafkaConsumer<>(settings, strings, strings)) {
      consumer.assign(List.of(KEPT));
      consumer.seekToBeginning(List.of(KEPT));
      var deadline = Instant.now().plusSeconds(20);
      while (values.size() < count && Instant.now().isBefore(deadline)) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
      }
    }
    return values;
  }

  private static Map<String, Object> bootstrap(EmbeddedKafka kafka) {
    var settings = new HashMap<String, Object>();
    settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    return settings;
  }
}
