package dev.tailrace.embedded;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The program of another JVM: it starts Kafka, commits a record and says so. */
final class KafkaOwner {
  private KafkaOwner() {}

  @SuppressWarnings("SystemOut")
  public static void main(String... arguments) throws Exception {
    var kafka = EmbeddedKafka.start(Path.of(arguments[0]), 0, 0);
    EmbeddedKafkaIT.createTopic(kafka);
    EmbeddedKafkaIT.sendInATransaction(kafka, "made by the other");
    System.out.println("committed");
    new CountDownLatch(1).await();
  }
}
