package dev.tailrace.relay;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
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
 * committed or is to be sent again. Topics that are gone by then are made again, and what Kafka has
 * refused goes to quarantine. One failure is not tried again here: being fenced, which is for the
 * next start to judge.
 *
 * <p>For one thread.
 */
final class KafkaPublisher implements Start.Predecessor, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(KafkaPublisher.class);
  private static final Duration CLOSE = Duration.ofSeconds(1);

  private final RelayConfig config;
  private final KafkaRecords records;
  private final KafkaPositions positions;
  private final Quarantine quarantine;
  private final RelayMeters meters;
  private final StopSignal stop;
  private final UnderWay underWay;
  private Optional<KafkaProducer<byte[], byte[]>> producer = Optional.empty();
  private Optional<Position> committed = Optional.empty();

  /** Of those that are made on demand, the ones that were seen to be there. */
  private final Set<Route> made = new HashSet<>();

  KafkaPublisher(
      RelayConfig config,
      Quarantine quarantine,
      RelayMeters meters,
      StopSignal stop,
      UnderWay underWay) {
    this.config = config;
    this.records = new KafkaRecords(config.kafka().topics(), config.source());
    this.positions = new KafkaPositions(config.kafka());
    this.quarantine = quarantine;
    this.meters = meters;
    this.stop = stop;
    this.underWay = underWay;
  }

  /**
   * Fences whoever published for this slot before; answers the position it left.
   *
   * @throws KafkaException when Kafka is away or refuses
   */
  @Override
  public Optional<Position> takeOver() throws InterruptedException {
    committed = fence();
    return committed;
  }

  @Override
  public List<Position> left(List<String> slots) {
    return slots.stream().map(positions::last).flatMap(Optional::stream).toList();
  }

  private Optional<Position> fence() throws InterruptedException {
    discard();
    made.clear();
    KafkaTopics.make(config.kafka(), stop);
    var fresh =
        new KafkaProducer<>(
            KafkaSettings.producer(config), new ByteArraySerializer(), new ByteArraySerializer());
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
   * Returns when all of it is in Kafka, or in quarantine, and the position with it.
   *
   * @throws TakenOverException when this relay was fenced
   * @throws InterruptedException when the relay is stopped meanwhile
   */
  void commit(List<Outgoing> outgoing, Position position) throws InterruptedException {
    var batch = new ArrayList<>(outgoing);
    underWay.begin();
    try {
      var backoff = new Backoff();
      while (!attempt(batch, position)) {
        discard();
        if (stop.within(backoff.next())) {
          throw new InterruptedException("stopped before Kafka had taken a batch");
        }
      }
      meters.committed(batch, underWay.lasting());
    } finally {
      underWay.end();
    }
    if (position instanceof Position.Streaming && !batch.isEmpty()) {
      meters.live(batch.getFirst().committedAt());
    }
  }

  /** Rows that Kafka refuses are replaced in the batch by their refusals, for the next attempt. */
  private boolean attempt(List<Outgoing> batch, Position position) throws InterruptedException {
    try {
      if (producer.isEmpty() && isCommitted(position)) {
        return true;
      }
      makeTopicsOnDemand(batch);
      quarantine.record(batch);
      send(producer.orElseThrow(), batch, position);
      committed = Optional.of(position);
      return true;
    } catch (InterruptException e) {
      Thread.interrupted();
      throw new InterruptedException(e.getMessage());
    } catch (KafkaException e) {
      if (isFenced(e)) {
        throw new TakenOverException("fenced, by another relay or for taking too long", e);
      }
      return failed(e);
    } catch (SQLException e) {
      return failed(e);
    }
  }

  private boolean failed(Exception e) {
    underWay.failed(e.toString());
    log.atWarn().addKeyValue("reason", e.toString()).log("Kafka did not take a batch, again");
    return false;
  }

  private void makeTopicsOnDemand(List<Outgoing> batch) throws InterruptedException {
    var missing = new HashSet<Route>();
    for (Outgoing outgoing : batch) {
      if (outgoing instanceof Outgoing.Relayed event && event.route().onDemand()) {
        missing.add(event.route());
      }
    }
    missing.removeAll(made);
    if (!missing.isEmpty()) {
      KafkaTopics.make(config.kafka(), missing, stop);
      made.addAll(missing);
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

  private void send(KafkaProducer<byte[], byte[]> to, List<Outgoing> batch, Position position) {
    var refusals = new ConcurrentHashMap<Integer, Outgoing>();
    to.beginTransaction();
    try {
      for (int i = 0; i < batch.size(); i++) {
        send(to, batch.get(i), i, refusals);
      }
      var _ = to.send(positionRecord(position));
      to.commitTransaction();
    } catch (KafkaException e) {
      refusals.forEach(batch::set);
      throw e;
    }
  }

  private void send(
      KafkaProducer<byte[], byte[]> to,
      Outgoing outgoing,
      int place,
      Map<Integer, Outgoing> refusals) {
    for (ProducerRecord<byte[], byte[]> record : records.of(outgoing)) {
      var _ =
          to.send(
              record,
              (metadata, e) -> {
                if (isRefusal(e) && outgoing instanceof Outgoing.Relayed event) {
                  refusals.put(place, event.refused(String.valueOf(e.getMessage())));
                }
              });
    }
  }

  private static boolean isRefusal(@Nullable Exception e) {
    return e instanceof RecordTooLargeException
        || e instanceof InvalidTimestampException
        || e instanceof InvalidRecordException
        || e instanceof InvalidTopicException;
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
