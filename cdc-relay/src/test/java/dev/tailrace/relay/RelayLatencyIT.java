package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("timed")
class RelayLatencyIT {

  private static final int WARM_UP = 200;
  private static final int MEASURED = 200;

  @Test
  void aLoneEventIsVisibleWithoutWaitingForAPollToEnd() throws Exception {
    try (var scenario = Scenario.create()) {
      scenario.start();
      try (var consumer = reader(scenario)) {
        var millis = new ArrayList<Long>();
        for (int i = 0; i < WARM_UP + MEASURED; i++) {
          UUID id = scenario.append("task-1");
          long committed = System.nanoTime();
          awaitVisible(consumer, id);
          if (i >= WARM_UP) {
            millis.add(Duration.ofNanos(System.nanoTime() - committed).toMillis());
          }
        }
        millis.sort(Long::compare);
        long median = millis.get(MEASURED / 2);
        assertThat(median).as("median of milliseconds from commit to visible").isLessThan(100);
      }
    }
  }

  private static void awaitVisible(KafkaConsumer<String, byte[]> consumer, UUID id) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (System.nanoTime() < deadline) {
      for (var record : consumer.poll(Duration.ofMillis(100))) {
        if (Scenario.header(record, "ce_id").equals(id.toString())) {
          return;
        }
      }
    }
    throw new AssertionError("never visible: " + id);
  }

  private static KafkaConsumer<String, byte[]> reader(Scenario scenario) {
    var settings =
        new HashMap<String, Object>(
            Map.of(
                "bootstrap.servers", scenario.topics.bootstrapServers(),
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest"));
    var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    String topic = scenario.topics.name("events.kitchen.task.claimed");
    consumer.assign(
        List.of(
            new TopicPartition(topic, 0),
            new TopicPartition(topic, 1),
            new TopicPartition(topic, 2)));
    return consumer;
  }
}
