package dev.tailrace.relay;

import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.SourceReceived;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
 * committed or is to be sent again. Topics that are gone by then are made again. Two failures are
 * not tried again here: being fenced, which is for the next start to judge, and a record that Kafka
 * does not take, which ends the relay.
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
  private final UnderWay underWay;
  private Optional<KafkaProducer<byte[], byte[]>> producer = Optional.empty();
  private Optional<Position> committed = Optional.empty();

  /** Types whose topics were seen to be there, of those that the catalogue has no topic for. */
  private final Set<EventType<?>> topicsOfSenders = new HashSet<>();

  KafkaPublisher(RelayConfig config, RelayMeters meters, StopSignal stop, UnderWay underWay) {
    this.config = config;
    this.records = new KafkaRecords(config.kafka().topics(), config.source());
    this.positions = new KafkaPositions(config.kafka());
    this.meters = meters;
    this.stop = stop;
    this.underWay = underWay;
  }

  /**
   * Fences whoever published for this slot before; answers the position it left.
   *
   * @throws KafkaException when Kafka is away or refuses
   */
  Optional<Position> takeOver() throws InterruptedException {
    committed = fence();
    return committed;
  }

  private Optional<Position> fence() throws InterruptedException {
    discard();
    topicsOfSenders.clear();
    KafkaTopics.make(config.kafka(), stop);
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
   * @throws TakenOverException when this relay was fenced
   * @throws CannotGoOnException when Kafka does not take a record
   * @throws InterruptedException when the relay is stopped meanwhile
   */
  void commit(List<Relayed> events, Position position) throws InterruptedException {
    underWay.begin();
    try {
      var backoff = new Backoff();
      while (!attempt(events, position)) {
        discard();
        if (stop.within(backoff.next())) {
          throw new InterruptedException("stopped before Kafka had taken a batch");
        }
      }
      meters.committed(events.size(), underWay.lasting());
    } finally {
      underWay.end();
    }
    if (position instanceof Position.Streaming && !events.isEmpty()) {
      meters.live(events.getFirst().committedAt());
    }
  }

  private boolean attempt(List<Relayed> events, Position position) throws InterruptedException {
    try {
      if (producer.isEmpty() && isCommitted(position)) {
        return true;
      }
      makeTopicsOfSenders(events);
      send(producer.orElseThrow(), events, position);
      committed = Optional.of(position);
      return true;
    } catch (InterruptException e) {
      Thread.interrupted();
      throw new InterruptedException(e.getMessage());
    } catch (KafkaException e) {
      if (isFenced(e)) {
        throw new TakenOverException("fenced, by another relay or for taking too long", e);
      }
      underWay.failed(e.toString());
      log.atWarn().addKeyValue("reason", e.toString()).log("Kafka did not take a batch, again");
      return false;
    }
  }

  private void makeTopicsOfSenders(List<Relayed> events) throws InterruptedException {
    var types = new HashSet<EventType<?>>();
    events.stream()
        .map(Relayed::type)
        .filter(type -> type.payload() == SourceReceived.class)
        .forEach(types::add);
    types.removeAll(topicsOfSenders);
    if (!types.isEmpty()) {
      KafkaTopics.make(config.kafka(), types, stop);
      topicsOfSenders.addAll(types);
    }
  }

  /** With a new producer: whether the try before has committed after all. */
  private boolean isCommitted(Position position) throws InterruptedException {
    Optional<Position> found = fence();
    if (found.equals(Optional.of(position))) {
      committed = found;
      return true;
    }
    if (!found.equals(committed)) {
      throw new TakenOverException("the position is another than this relay left: " + found);
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
