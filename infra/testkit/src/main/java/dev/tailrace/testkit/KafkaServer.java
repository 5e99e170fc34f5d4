package dev.tailrace.testkit;

import dev.tailrace.embedded.EmbeddedKafka;

/** Where a Kafka is reached. */
public record KafkaServer(String bootstrapServers) {

  public static KafkaServer of(EmbeddedKafka kafka) {
    return new KafkaServer(kafka.bootstrapServers());
  }
}
