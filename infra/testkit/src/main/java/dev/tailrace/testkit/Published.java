package dev.tailrace.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** An event as a read_committed reader sees it in Kafka. */
record Published(String topic, int partition, long offset, String key, String id, String seq) {
  private static final Pattern EVENT_TOPICS = Pattern.compile("^events\\.");

  /** Every event in every event topic, by topic, partition and offset. */
  static List<Published> all(TestTopics topics) {
    return topics.readAllMatching(EVENT_TOPICS).stream().map(Published::of).toList();
  }

  private static Published of(ConsumerRecord<String, byte[]> record) {
    return new Published(
        record.topic(),
        record.partition(),
        record.offset(),
        String.valueOf(record.key()),
        header(record, "ce_id"),
        header(record, "ce_seq"));
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    var header = record.headers().lastHeader(name);
    if (header == null) {
      throw new AssertionError(
          "%s-%d@%d has no header %s"
              .formatted(record.topic(), record.partition(), record.offset(), name));
    }
    return new String(header.value(), StandardCharsets.UTF_8);
  }
}
