package dev.tailrace.benchmarks;

import dev.tailrace.testkit.Await;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.HdrHistogram.Histogram;
import org.apache.kafka.common.TopicPartition;

/**
 * How long rows take from their commit to a committed reader at a steady rate; milliseconds.
 *
 * @param perSecond how many were committed
 */
record CommitToVisible(double perSecond, double p50, double p99, double most) {

  static final int PER_SECOND = 1_000;

  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration LAST = Duration.ofSeconds(60);
  private static final long HIGHEST_MICROS = 600_000_000;

  /**
   * Measures whoever relays to this output now; it has drained a backlog before, so that its code
   * is compiled.
   */
  static CommitToVisible measure(Stage stage, Entry.Output output, Duration time)
      throws SQLException, InterruptedException {
    Map<UUID, Long> seen = new ConcurrentHashMap<>();
    List<TopicPartition> partitions =
        new FreshTopics(stage.admin(), output.prefix()).partitions(Kind.PACED);
    try (var _ =
        CommittedReader.start(
            stage,
            partitions,
            System::nanoTime,
            (record, now) -> seen.putIfAbsent(Verification.id(record, output.idHeader()), now))) {
      new PacedRows(stage).write(PER_SECOND, WARM_UP);
      var rows = new PacedRows(stage);
      rows.write(PER_SECOND, time);
      Map<UUID, Long> committed = rows.committed();
      Await.until(
          "every paced row is there", LAST, () -> seen.keySet().containsAll(committed.keySet()));
      var latencies = new Histogram(HIGHEST_MICROS, 3);
      committed.forEach((id, at) -> latencies.recordValue(micros(at, seen.getOrDefault(id, at))));
      return new CommitToVisible(
          committed.size() * 1e9 / time.toNanos(),
          latencies.getValueAtPercentile(50) / 1e3,
          latencies.getValueAtPercentile(99) / 1e3,
          latencies.getMaxValue() / 1e3);
    }
  }

  /** A reader may be faster than the answer to the commit is. */
  private static long micros(long committed, long seen) {
    return Math.clamp((seen - committed) / 1_000, 0, HIGHEST_MICROS);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "from commit to visible at %.0f rows/s: p50 %.1f ms, p99 %.1f ms, at most %.0f ms",
        perSecond,
        p50,
        p99,
        most);
  }
}
