package dev.tailrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

final class TestTopicsIT {
  @Test
  void takeRecordsAtFullSpeedAsSoonAsTheyAreMade() {
    try (var topics = TestTopics.create()) {
      topics.create("fresh", 12, Map.of());
      try (var producer = topics.producer()) {
        IntStream.range(0, 10_000).forEach(i -> send(producer, topics.name("fresh"), "key" + i));
      }
      assertThat(topics.readAll("fresh")).hasSize(10_000);
    }
  }

  @Test
  void showWhatIsCommittedAndNothingElse() {
    try (var topics = TestTopics.create();
        var producer = topics.producer("writer")) {
      topics.create("mixed", 1, Map.of());
      producer.beginTransaction();
      send(producer, topics.name("mixed"), "committed");
      producer.commitTransaction();
      producer.beginTransaction();
      send(producer, topics.name("mixed"), "aborted");
      producer.flush();
      producer.abortTransaction();
      producer.beginTransaction();
      send(producer, topics.name("mixed"), "open");
      producer.flush();

      assertThat(keys(topics.readAll("mixed"))).containsExactly("committed");
      producer.abortTransaction();
    }
  }

  @Test
  void areFoundByTheirNames() {
    try (var topics = TestTopics.create();
        var producer = topics.producer()) {
      for (var name : List.of("events.a", "events.b", "effects.a")) {
        topics.create(name, 2, Map.of());
        send(producer, topics.name(name), name);
      }
      producer.flush();

      assertThat(keys(topics.readAllMatching(Pattern.compile("^events\\."))))
          .containsExactly("events.a", "events.b");
      assertThat(topics.readAllMatching(Pattern.compile("nothing"))).isEmpty();
    }
  }

  @Test
  void goWhenClosed() {
    var closed = TestTopics.create();
    closed.create("short-lived", 1, Map.of());
    closed.close();

    try (var topics = TestTopics.create()) {
      assertThat(topics.names()).isEmpty();
      assertThatThrownBy(() -> topics.readAll("short-lived")).hasMessageContaining("partition");
    }
  }

  private static void send(Producer<String, byte[]> producer, String topic, String key) {
    var _ = producer.send(new ProducerRecord<>(topic, key, key.getBytes(UTF_8)));
  }

  private static List<String> keys(List<ConsumerRecord<String, byte[]>> records) {
    return records.stream().map(ConsumerRecord::key).toList();
  }
}
