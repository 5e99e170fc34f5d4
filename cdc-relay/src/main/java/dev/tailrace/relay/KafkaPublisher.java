package dev.tailrace.relay;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The relay's transactional producer: events and position in one Kafka transaction, tried until it
 * has committed.
 *
 * <p>Whatever goes wrong, there is one way on, so that it is a tried one: the producer is thrown
 * away, a new one ends what the old one left open, and the position tells whether that was
 * committed or is to be sent again. Only two failures end the relay: another one has taken over,
 * and a record that Kafka does not take.
 *
 * <p>A producer never outlives its transaction's time: all that it waits for ends sooner. So a
 * fenced producer was fenced by another relay.
 *
 * <p>For one thread.
 */
final class KafkaPublisher implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(KafkaPublisher.class);
  private static final Duration CLOSE = Duration.ofSeconds(1);

  private final RelayConfig config;
  private final KafkaRecords records;
  private final KafkaPositions positions;
  private final RelayMeters meters;
  private final StopSignal stop;
  private Optional<KafkaProducer<byte[], byte[]>> producer = Optional.empty();
  private Optional<Position> committed = Optional.empty();

  KafkaPublisher(RelayConfig config, RelayMeters meters, StopSignal stop) {
    this.config = config;
    this.records = new KafkaRecords(config.kafka().topics(), config.source());
    this.positions = new KafkaPositions(config.kafka());
    this.meters = meters;
    this.stop = stop;
  }

  /** Fences whoever published for this slot before; answers the position it left. */
  Optional<Position> takeOver() {
    committed = fence();
    return committed;
  }

  private Optional<Position> fence() {
    discard();
    var fresh =
        new KafkaProducer<>(settings(config), new ByteArraySerializer(), new ByteArraySerializer());
    try {
      fresh.initTransactions();
      producer = Optional.of(fresh);
      return positions.last(config.slot().name());
    } catch (KafkaException e) {
      fresh.close(Duration.ZERO);
      throw e;
    }
  }

  /**
   * Returns when the events and the position are in Kafka.
   *
   * @throws CannotGoOnException when another relay has taken over, or Kafka does not take a record
   * @throws InterruptedException when the relay is stopped meanwhile
   */
  void commit(List<Relayed> events, Position position) throws InterruptedException {
    long begun = System.nanoTime();
    var backoff = new Backoff();
    while (!attempt(events, position)) {
      discard();
      if (stop.within(backoff.next())) {
        throw new InterruptedException("stopped before Kafka had taken a batch");
      }
    }
    meters.committed(events, Duration.ofNanos(System.nanoTime() - begun));
  }

  private boolean attempt(List<Relayed> events, Position position) throws InterruptedException {
    try {
      if (producer.isEmpty() && isCommitted(position)) {
        return true;
      }
      send(producer.orElseThrow(), events, position);
      committed = Optional.of(position);
      return true;
    } catch (InterruptException e) {
      Thread.interrupted();
      throw new InterruptedException(e.getMessage());
    } catch (KafkaException e) {
      if (isFenced(e)) {
        throw new CannotGoOnException("another relay has taken over this slot's topics", e);
      }
      log.atWarn().addKeyValue("reason", e.toString()).log("Kafka did not take a batch, again");
      return false;
    }
  }

  /** With a new producer: whether the try before has committed after all. */
  private boolean isCommitted(Position position) {
    Optional<Position> found = fence();
    if (found.equals(Optional.of(position))) {
      committed = found;
      return true;
    }
    if (!found.equals(committed)) {
      throw new CannotGoOnException("another relay has been at work: " + found);
    }
    return false;
  }

  private void send(KafkaProducer<byte[], byte[]> to, List<Relayed> events, Position position) {
    var refused = new AtomicReference<Optional<CannotGoOnException>>(Optional.empty());
    to.beginTransaction();
    try {
      for (Relayed event : events) {
        for (ProducerRecord<byte[], byte[]> record : records.of(event)) {
          var _ =
              to.send(
                  record,
                  (metadata, e) -> {
                    if (isRefusal(e)) {
                      refused.compareAndSet(Optional.empty(), Optional.of(refusal(event, e)));
                    }
                  });
        }
      }
      var _ = to.send(positionRecord(position));
      to.commitTransaction();
    } catch (KafkaException e) {
      if (refused.get().isPresent()) {
        throw refused.get().get();
      }
      throw e;
    }
  }

  private static boolean isRefusal(@Nullable Exception e) {
    return e instanceof RecordTooLargeException || e instanceof InvalidTimestampException;
  }

  private static CannotGoOnException refusal(Relayed event, Exception e) {
    return CannotGoOnException.row(event.envelope().id(), String.valueOf(e.getMessage()), e);
  }

  private ProducerRecord<byte[], byte[]> positionRecord(Position position) {
    return new ProducerRecord<>(
        config.kafka().topics().relayPositions(),
        config.slot().name().getBytes(StandardCharsets.UTF_8),
        PositionRecord.write(position).getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isFenced(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return true;
      }
    }
    return false;
  }

  private static Map<String, Object> settings(RelayConfig config) {
    var settings = new HashMap<String, Object>();
    settings.put("bootstrap.servers", config.kafka().bootstrap());
    settings.put("client.id", "relay-" + config.slot().name());
    settings.put("transactional.id", transactionalId(config));
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.put("compression.type", "lz4");
    settings.put("linger.ms", 5); // the commit flushes: only the sends of one batch wait
    settings.put("batch.size", 128 << 10);
    settings.put("buffer.memory", 64L << 20);
    settings.put("max.request.size", 4 << 20);
    settings.put("retry.backoff.ms", 10); // a transaction right after another waits for one of it
    settings.put("request.timeout.ms", 10_000);
    settings.put("delivery.timeout.ms", 20_000);
    settings.put("max.block.ms", 15_000);
    settings.put("transaction.timeout.ms", 60_000); // above all that is waited for within one
    return settings;
  }

  static String transactionalId(RelayConfig config) {
    return config.kafka().topicPrefix() + "relay-" + config.slot().name();
  }

  private void discard() {
    producer.ifPresent(old -> old.close(Duration.ZERO));
    producer = Optional.empty();
  }

  @Override
  public void close() {
    producer.ifPresent(last -> last.close(CLOSE));
    producer = Optional.empty();
  }
}
