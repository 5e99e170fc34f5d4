package dev.tailrace.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;

/**
 * How long the outcomes of the paced effects take from the end of their call until a committed
 * reader sees them. The result of each says when its call was through.
 */
final class OutcomesSeen implements AutoCloseable {

  private static final long HIGHEST_MICROS = 3_600_000_000L;

  private final Histogram latencies = new SynchronizedHistogram(HIGHEST_MICROS, 3);
  private final CommittedReader reader;

  OutcomesSeen(Stage stage, String prefix, Clock clock) {
    reader =
        CommittedReader.start(
            stage,
            FreshTopics.partitions(new Topics(prefix).attempts()),
            () -> Micros.now(clock),
            (record, now) -> see(new String(record.value(), StandardCharsets.UTF_8), now));
  }

  private void see(String attempt, long now) {
    JsonNode json;
    try {
      json = Json.read(attempt);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an attempt is no JSON", e);
    }
    boolean isDone = json.path("outcome").asText().equals("done");
    if (isDone && phase(json) == Phase.PACED) {
      long through = Long.parseLong(json.path("detail").asText());
      latencies.recordValue(Math.clamp(now - through, 0, HIGHEST_MICROS));
    }
  }

  private static Phase phase(JsonNode attempt) {
    return Phase.of(EventRecords.number(attempt.path("seq").asText()));
  }

  /** Milliseconds; NaN when none was seen. */
  double millis(double percentile) {
    return latencies.getTotalCount() == 0
        ? Double.NaN
        : latencies.getValueAtPercentile(percentile) / 1e3;
  }

  @Override
  public void close() {
    reader.close();
  }
}
