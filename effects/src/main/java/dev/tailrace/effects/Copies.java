package dev.tailrace.effects;

import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Records of the past on their way into the topic of replays: as they were, but for what is said of
 * the replay and for their time, which is now. Old times would go before those of live records.
 */
final class Copies implements AutoCloseable {

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final Replay replay;
  private final Clock clock;
  private final AtomicLong written = new AtomicLong();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /**
   * @param producer is closed with it
   */
  Copies(Producer<byte[], byte[]> producer, String topic, Replay replay, Clock clock) {
    this.producer = producer;
    this.topic = topic;
    this.replay = replay;
    this.clock = clock;
  }

  /**
   * Sends one.
   *
   * @throws ExecutionException when Kafka did not take one of those before
   */
  void add(ConsumerRecord<byte[], byte[]> original) throws ExecutionException {
    refuseAfterFailure();
    var headers = new RecordHeaders(original.headers());
    ReplayHeaders.write(replay, headers);
    ReplayHeaders.writePosition(original, headers);
    var _ =
        producer.send(
            new ProducerRecord<>(
                topic,
                original.partition(),
                clock.millis(),
                original.key(),
                original.value(),
                headers),
            (metadata, e) -> {
              if (e == null) {
                written.incrementAndGet();
              } else {
                failure.compareAndSet(null, e);
              }
            });
  }

  /**
   * Waits until Kafka has all.
   *
   * @throws ExecutionException when it did not take one
   */
  void flush() throws ExecutionException {
    producer.flush();
    refuseAfterFailure();
  }

  private void refuseAfterFailure() throws ExecutionException {
    Optional<Exception> its = Optional.ofNullable(failure.get());
    if (its.isPresent()) {
      throw new ExecutionException(
          "%s did not take a record, after %d of the replay %s; run it again under the same id"
              .formatted(topic, written.get(), replay.id()),
          its.get());
    }
  }

  /** How many Kafka has. */
  long written() {
    return written.get();
  }

  @Override
  public void close() {
    producer.close();
  }
}
