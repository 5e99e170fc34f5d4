package dev.tailrace.benchmarks;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Gives one entry its events. */
final class EffectEvents implements AutoCloseable {

  private final KafkaProducer<byte[], byte[]> singly;
  private final KafkaProducer<byte[], byte[]> atOnce;
  private final EffectEntry entry;
  private final EffectLoad load;
  private final Clock clock;

  EffectEvents(Stage stage, EffectEntry entry, EffectLoad load, Clock clock) {
    this.entry = entry;
    this.load = load;
    this.clock = clock;
    var bytes = new ByteArraySerializer();
    var settings = new HashMap<String, Object>();
    settings.put("bootstrap.servers", stage.bootstrap());
    settings.put("acks", "all");
    settings.put("linger.ms", 0);
    singly = new KafkaProducer<>(Map.copyOf(settings), bytes, bytes);
    settings.put("linger.ms", 5);
    settings.put("batch.size", 128 << 10);
    settings.put("compression.type", "lz4");
    settings.put("transactional.id", entry.id());
    settings.put("transaction.timeout.ms", 600_000);
    atOnce = new KafkaProducer<>(settings, bytes, bytes);
    atOnce.initTransactions();
  }

  /**
   * Appends so many, which are there all at once: readers that want what is committed see none
   * before the last is.
   */
  void append(Phase phase, long count) {
    atOnce.beginTransaction();
    for (long i = 0; i < count; i++) {
      send(atOnce, phase, i, clock.instant());
    }
    entry.want(load.well(count));
    atOnce.commitTransaction();
  }

  /**
   * Appends them one by one at a steady rate, each stamped with the time at which it was due; for
   * longer where else there would be no dead one among them.
   *
   * @return how many of them are to be carried out
   */
  long pace(Phase phase, double perSecond, Duration time) {
    long least = load.someDead() && phase == Phase.PACED ? EffectLoad.WITH_A_DEAD_ONE : 1;
    long count = Math.max(least, (long) (perSecond * time.toNanos() / 1e9));
    entry.want(load.well(count));
    Instant begin = clock.instant();
    var pace = new Pace(System.nanoTime(), perSecond);
    for (long i = 0; i < count; i++) {
      long due = pace.due(i);
      Pace.await(due);
      send(singly, phase, i, begin.plusNanos(due - pace.begin()));
    }
    return load.well(count);
  }

  private void send(
      KafkaProducer<byte[], byte[]> producer, Phase phase, long index, Instant appended) {
    var _ = producer.send(entry.record(phase.number(index), load.lane(index), appended));
  }

  @Override
  public void close() {
    atOnce.close();
    singly.close();
  }
}
