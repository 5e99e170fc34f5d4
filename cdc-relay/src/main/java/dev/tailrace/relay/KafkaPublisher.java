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
import java.util.UUID;
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

  /** What was added since the last commit. */
  private final List<Outgoing> batch = new ArrayList<>();

  private long batchBytes;

  /** Whether the open transaction has all of the batch. */
  private boolean isWhole = true;

  private boolean isOpen;

  /** What Kafka does not take of it, as its answers come. */
  private final Map<UUID, Outgoing> refusals = new ConcurrentHashMap<>();

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
    return List.copyOf(positions.last(slots).values());
  }

  /**
   * Uses of Kafka's clients what a takeover will use, which is most of their time in a process that
   * has not, and changes nothing. Answers whether it could: not while Kafka is away, or the one
   * that works has not made its topics yet.
   */
  boolean prepare() throws InterruptedException {
    try {
      if (!KafkaTopics.areMade(config.kafka())) {
        return false;
      }
      positions.last(List.of());
      // It fences nobody before its transactions are initialized.
      newProducer().close(Duration.ZERO);
      return true;
    } catch (KafkaException e) {
      log.atDebug().setCause(e).log("a takeover can't be prepared now");
      return false;
    }
  }

  private KafkaProducer<byte[], byte[]> newProducer() {
    return new KafkaProducer<>(
        KafkaSettings.producer(config), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private Optional<Position> fence() throws InterruptedException {
    discard();
    made.clear();
    KafkaTopics.make(config.kafka(), stop);
    var fresh = newProducer();
    try {
      fresh.initTransactions();
      producer = Optional.of(fresh);
      return positions.last(List.of(config.slot().name())).values().stream().findFirst();
    } catch (KafkaException e) {
      fresh.close(Duration.ZERO);
      throw e;
    }
  }

  /** Sends what is part of the next {@link #commit}, and does not wait for it. */
  void add(List<Outgoing> outgoing) throws InterruptedException {
    if (batch.isEmpty()) {
      underWay.begin();
    }
    batch.addAll(outgoing);
    outgoing.forEach(it -> batchBytes += it.envelope().payload().length());
    if (isWhole) {
      isWhole = producer.isPresent() && attempt(() -> send(outgoing));
    }
  }

  /** About what was added since the last commit, in bytes. */
  long addedBytes() {
    return batchBytes;
  }

  /**
   * Returns when all that was added is in Kafka, or in quarantine, and the position with it.
   *
   * @throws TakenOverException when this relay was fenced
   * @throws InterruptedException when the relay is stopped meanwhile
   */
  void commit(Position position) throws InterruptedException {
    if (batch.isEmpty()) {
      underWay.begin();
    }
    try {
      isWhole = isWhole && producer.isPresent() && attempt(() -> end(position));
      var backoff = new Backoff();
      while (!isWhole) {
        discard();
        if (stop.within(backoff.next())) {
          throw new InterruptedException("stopped before Kafka had taken a batch");
        }
        isWhole = attempt(() -> again(position));
      }
      committed = Optional.of(position);
      meters.committed(batch, underWay.lasting());
      if (position instanceof Position.Streaming && !batch.isEmpty()) {
        meters.live(batch.getFirst().committedAt());
      }
    } finally {
      underWay.end();
      batch.clear();
      batchBytes = 0;
    }
  }

  /** The same in one. */
  void commit(List<Outgoing> outgoing, Position position) throws InterruptedException {
    if (!outgoing.isEmpty()) {
      add(outgoing);
    }
    commit(position);
  }

  /** A part of a transaction; what has failed is done again as a whole. */
  @FunctionalInterface
  private interface Part {
    void run() throws SQLException, InterruptedException;
  }

  private boolean attempt(Part part) throws InterruptedException {
    try {
      part.run();
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

  /** With a new producer, unless the try before has committed after all. */
  private void again(Position position) throws SQLException, InterruptedException {
    refuse();
    if (isCommitted(position)) {
      return;
    }
    send(batch);
    end(position);
  }

  /** Rows that Kafka has refused are replaced in the batch by their refusals. */
  private void refuse() {
    batch.replaceAll(it -> refusals.getOrDefault(it.envelope().id(), it));
    refusals.clear();
  }

  private void send(List<Outgoing> outgoing) throws InterruptedException {
    makeTopicsOnDemand(outgoing);
    KafkaProducer<byte[], byte[]> to = open();
    for (Outgoing it : outgoing) {
      for (ProducerRecord<byte[], byte[]> record : records.of(it)) {
        var _ = to.send(record, (metadata, e) -> refused(it, e));
      }
    }
  }

  private KafkaProducer<byte[], byte[]> open() {
    KafkaProducer<byte[], byte[]> to = producer.orElseThrow();
    if (!isOpen) {
      to.beginTransaction();
      isOpen = true;
    }
    return to;
  }

  private void end(Position position) throws SQLException {
    KafkaProducer<byte[], byte[]> to = open();
    quarantine.record(batch);
    var _ = to.send(positionRecord(position));
    to.commitTransaction();
    isOpen = false;
  }

  private void refused(Outgoing outgoing, @Nullable Exception e) {
    if (e != null && isRefusal(e) && outgoing instanceof Outgoing.Relayed event) {
      refusals.put(event.envelope().id(), event.refused(String.valueOf(e.getMessage())));
    }
  }

  private boolean failed(Exception e) {
    underWay.failed(e.toString());
    log.atWarn().addKeyValue("reason", e.toString()).log("Kafka did not take a batch, again");
    return false;
  }

  private void makeTopicsOnDemand(List<Outgoing> outgoing) throws InterruptedException {
    var missing = new HashSet<Route>();
    for (Outgoing it : outgoing) {
      if (it instanceof Outgoing.Relayed event && event.route().onDemand()) {
        missing.add(event.route());
      }
    }
    missing.removeAll(made);
    if (!missing.isEmpty()) {
      KafkaTopics.make(config.kafka(), missing, stop);
      made.addAll(missing);
    }
  }

  /** Whether the try before has committed after all. */
  private boolean isCommitted(Position position) throws InterruptedException {
    Optional<Position> found = fence();
    if (found.equals(Optional.of(position))) {
      return true;
    }
    if (!found.equals(committed)) {
      throw new TakenOverException("the position is another than this relay left: " + found);
    }
    return false;
  }

  private static boolean isRefusal(Exception e) {
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
    isOpen = false;
  }

  @Override
  public void close() {
    producer.ifPresent(last -> last.close(CLOSE));
    producer = Optional.empty();
    underWay.end();
  }
}
