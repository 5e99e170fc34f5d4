package dev.tailrace.effects;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The records of some partitions, merged: always the next in commit order of those that come first
 * in their partitions. Of each it holds what one poll gives.
 */
final class InCommitOrder {

  private static final Duration POLL = Duration.ofMillis(100);

  private static final Comparator<ConsumerRecord<byte[], byte[]>> ORDER =
      Comparator.comparing(InCommitOrder::seq);

  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> ends;
  private final Map<TopicPartition, Queue<ConsumerRecord<byte[], byte[]>>> fetched =
      new LinkedHashMap<>();

  /**
   * Begins to read.
   *
   * @param starts where, in each partition
   * @param ends the first offsets that are not read
   */
  InCommitOrder(
      Consumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> starts,
      Map<TopicPartition, Long> ends) {
    this.consumer = consumer;
    this.ends = ends;
    consumer.assign(starts.keySet());
    starts.forEach(consumer::seek);
    starts.keySet().forEach(partition -> fetched.put(partition, new ArrayDeque<>()));
  }

  /** The next one; waits until it is known which. */
  Optional<ConsumerRecord<byte[], byte[]>> next() {
    List<TopicPartition> missing = missing();
    while (!missing.isEmpty()) {
      fetch(missing);
      missing = missing();
    }
    return fetched.values().stream()
        .filter(its -> !its.isEmpty())
        .min(Comparator.comparing(Queue::element, ORDER))
        .map(Queue::remove);
  }

  /** Those of which the next is not here, though there is one. */
  private List<TopicPartition> missing() {
    var missing = new ArrayList<TopicPartition>();
    fetched.forEach(
        (partition, its) -> {
          if (its.isEmpty() && consumer.position(partition) < end(partition)) {
            missing.add(partition);
          }
        });
    return missing;
  }

  private void fetch(List<TopicPartition> missing) {
    consumer.pause(fetched.keySet());
    consumer.resume(missing);
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      var partition = new TopicPartition(record.topic(), record.partition());
      if (record.offset() < end(partition)) {
        fetched.getOrDefault(partition, new ArrayDeque<>()).add(record);
      }
    }
  }

  private long end(TopicPartition partition) {
    return ends.getOrDefault(partition, 0L);
  }

  /** What has none is no event, and goes first. */
  private static String seq(ConsumerRecord<byte[], byte[]> record) {
    return HeaderText.of(record.headers(), "ce_seq").orElse("");
  }
}
