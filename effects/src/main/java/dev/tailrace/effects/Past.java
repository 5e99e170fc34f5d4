package dev.tailrace.effects;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.EventType;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/**
 * What an application's inputs held when this was opened, and of it the events that are chosen: one
 * partition number after another, each in commit order over all topics.
 */
final class Past implements AutoCloseable {

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final ReplaySelection which;
  private final List<Consumer<?>> consumers;
  private final Map<TopicPartition, Long> starts;
  private final Map<TopicPartition, Long> ends;
  private final boolean isCutOff;
  private final int partitions;
  private int partition;
  private Optional<InCommitOrder> records = Optional.empty();
  private long read;
  private long noEvents;

  /** An event that is chosen, as it stands in its topic. */
  record Chosen(ConsumerRecord<byte[], byte[]> record, Envelope envelope, EventType<?> type) {}

  /**
   * Opens it.
   *
   * @param consumer is closed with it
   * @param consumers an event that none of them follows is not chosen
   */
  Past(
      KafkaConsumer<byte[], byte[]> consumer,
      List<String> topics,
      int partitions,
      ReplaySelection which,
      List<Consumer<?>> consumers) {
    this.consumer = consumer;
    this.which = which;
    this.consumers = consumers;
    this.partitions = partitions;
    List<TopicPartition> all =
        topics.stream()
            .flatMap(
                topic -> IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)))
            .toList();
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(all);
    ends = consumer.endOffsets(all);
    starts = which.from().map(from -> offsets(all, from)).orElse(beginnings);
    // What was before the first that is there may have been of that time too.
    isCutOff =
        all.stream().anyMatch(it -> of(beginnings, it) > 0 && of(starts, it) <= of(beginnings, it));
  }

  private Map<TopicPartition, Long> offsets(List<TopicPartition> all, Instant from) {
    Map<TopicPartition, OffsetAndTimestamp> found =
        consumer.offsetsForTimes(
            all.stream().collect(Collectors.toMap(Function.identity(), it -> from.toEpochMilli())));
    var offsets = new HashMap<TopicPartition, Long>();
    for (TopicPartition each : all) {
      OffsetAndTimestamp its = found.get(each);
      offsets.put(each, its == null ? of(ends, each) : its.offset());
    }
    return offsets;
  }

  /** The next event that is chosen. */
  Optional<Chosen> next() {
    for (var record = nextRecord(); record.isPresent(); record = nextRecord()) {
      read++;
      Optional<Chosen> chosen = chosen(record.get());
      if (chosen.isPresent()) {
        return chosen;
      }
    }
    return Optional.empty();
  }

  private Optional<ConsumerRecord<byte[], byte[]>> nextRecord() {
    while (true) {
      Optional<ConsumerRecord<byte[], byte[]>> next = records.flatMap(InCommitOrder::next);
      if (next.isPresent() || partition == partitions) {
        return next;
      }
      int its = partition++;
      records = Optional.of(new InCommitOrder(consumer, startsOf(its), ends));
    }
  }

  private Map<TopicPartition, Long> startsOf(int number) {
    return starts.entrySet().stream()
        .filter(start -> start.getKey().partition() == number)
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private Optional<Chosen> chosen(ConsumerRecord<byte[], byte[]> record) {
    if (!which.isAt(Instant.ofEpochMilli(record.timestamp()))) {
      return Optional.empty();
    }
    Envelope envelope;
    try {
      envelope = Intake.read(record.headers(), record.value());
    } catch (RuntimeException e) {
      noEvents++;
      return Optional.empty();
    }
    return which.chooses(envelope)
        ? Catalogue.find(envelope.type())
            .filter(type -> consumers.stream().anyMatch(each -> each.follows(type)))
            .map(type -> new Chosen(record, envelope, type))
        : Optional.empty();
  }

  /** Whether Kafka may hold no longer all that is chosen. */
  boolean isCutOff() {
    return isCutOff;
  }

  /** How many records there are at most, chosen or not. */
  long size() {
    return starts.entrySet().stream()
        .mapToLong(start -> of(ends, start.getKey()) - start.getValue())
        .sum();
  }

  /** How many of them were looked at. */
  long read() {
    return read;
  }

  /** How many were no events. */
  long noEvents() {
    return noEvents;
  }

  private static long of(Map<TopicPartition, Long> offsets, TopicPartition partition) {
    return offsets.getOrDefault(partition, 0L);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
