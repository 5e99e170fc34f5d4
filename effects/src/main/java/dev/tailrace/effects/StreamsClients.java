package dev.tailrace.effects;

import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Kafka's own clients, with a producer that waits once for all tasks of a thread, and tells of its
 * commits, and a consumer that does not wait long while something may come back from a worker.
 */
final class StreamsClients implements KafkaClientSupplier {

  private final Commits commits;
  private final BooleanSupplier isBusy;

  /**
   * @param isBusy whether an attempt is under way
   */
  StreamsClients(Commits commits, BooleanSupplier isBusy) {
    this.commits = commits;
    this.isBusy = isBusy;
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new CommittingProducer(config, commits);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new AttentiveConsumer(config, isBusy);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return getRestoreConsumer(config);
  }

  /**
   * Waits no longer for records than outcomes may wait for the thread that polls.
   *
   * <p>A wake-up would spare these short polls too, but it may hit Streams in the middle of a
   * rebalance; and the poll of an instance in which nothing is under way stays long.
   */
  private static final class AttentiveConsumer extends KafkaConsumer<byte[], byte[]> {

    private static final Duration SHORT = Duration.ofMillis(2);

    private final BooleanSupplier isBusy;

    AttentiveConsumer(Map<String, Object> config, BooleanSupplier isBusy) {
      super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      this.isBusy = isBusy;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      boolean isShort = timeout.compareTo(SHORT) <= 0 || !isBusy.getAsBoolean();
      return super.poll(isShort ? timeout : SHORT);
    }
  }

  /**
   * Leaves it to the commit to send what waits.
   *
   * <p>Streams flushes before it commits, once for each task of a thread, and waits each time: of
   * twelve tasks that took 28 ms of each commit. The commit of a transaction flushes by itself, and
   * fails when a record could not be sent; and whatever is written under exactly-once is written in
   * a transaction.
   */
  private static final class CommittingProducer extends KafkaProducer<byte[], byte[]> {

    private final Commits commits;

    CommittingProducer(Map<String, Object> config, Commits commits) {
      super(config, new ByteArraySerializer(), new ByteArraySerializer());
      this.commits = commits;
    }

    @Override
    public void commitTransaction() {
      super.commitTransaction();
      commits.happened();
    }

    @Override
    public void flush() {
      // By the commit.
    }
  }
}
