package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.Call;
import dev.tailrace.testkit.EffectOnceIdempotent;
import dev.tailrace.testkit.OrderPerLane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches on a real broker: they grow by themselves, and one that failed outlives all. */
class BatchesIT {

  private static final int TASKS = 10;

  /** Each call: its key, and what came with it. */
  private record Told(String key, List<Call> effects) {}

  private final List<Told> told = new CopyOnWriteArrayList<>();
  private final Set<String> hung = ConcurrentHashMap.newKeySet();
  private final CountDownLatch never = new CountDownLatch(1);

  @TempDir private Path state;

  private static Application telling(BatchHandler<TaskClaimed> handler) {
    var application = new Application("kitchen");
    application
        .consumer("tell")
        .on(TaskClaimed.class)
        .timeout(Duration.ofMillis(500))
        .retry(Backoff.schedule("100ms*9999"))
        .batchAll()
        .atMost(20)
        .handleBatch(handler);
    return application;
  }

  private void isTold(Batch<TaskClaimed> batch) {
    told.add(
        new Told(batch.idempotencyKey(), batch.effects().stream().map(RealKitchen::call).toList()));
  }

  private List<Call> calls() {
    return told.stream().flatMap(each -> each.effects().stream()).toList();
  }

  @Test
  void batchesGrowByThemselvesAndOfATaskOneIsUnderWay() throws Exception {
    var underWay = new AtomicInteger();
    var most = new AtomicInteger();
    Application application =
        telling(
            batch -> {
              most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
              isTold(batch);
              underWay.decrementAndGet();
              return Outcome.done("told");
            });
    try (var kitchen = RealKitchen.open();
        Service _ = kitchen.start(application, state, 64)) {
      kitchen.produce(0, 1_000, TASKS);
      Await.until("all are done", () -> kitchen.done("tell") == 1_000);

      assertThat(calls()).hasSize(1_000);
      new OrderPerLane(calls()).check();
      new EffectOnceIdempotent(calls()).check();
      assertThat(told).hasSizeLessThan(500).allMatch(each -> each.effects().size() <= 20);
      assertThat(most.get()).isLessThanOrEqualTo(RealKitchen.PARTITIONS);
    }
  }

  @Test
  void aBatchThatFailedOutlivesTheApplicationAndItsLocalState() throws Exception {
    try (var kitchen = RealKitchen.open()) {
      try (Service _ = kitchen.start(telling(this::failing), state, 64)) {
        kitchen.produce(0, 200, TASKS);
        Await.until(
            "one that failed is told by each task",
            () -> failed(kitchen).size() >= RealKitchen.PARTITIONS);
      }
      Set<String> failed = failed(kitchen);
      Map<String, List<Call>> before = contents();
      told.clear();

      Application well =
          telling(
              batch -> {
                isTold(batch);
                return Outcome.done("told");
              });
      try (Service _ = kitchen.start(well, state.resolve("elsewhere"), 64)) {
        Await.until("all are done", () -> kitchen.done("tell") == 200);
      }
      Map<String, List<Call>> after = contents();
      assertThat(failed).allSatisfy(key -> assertThat(after.get(key)).isEqualTo(before.get(key)));
      new OrderPerLane(calls()).check();
      new EffectOnceIdempotent(calls()).check();
    }
  }

  /** At first it gives no answer at all. */
  private HandledBatch failing(Batch<TaskClaimed> batch) throws InterruptedException {
    isTold(batch);
    if (hung.add(batch.idempotencyKey())) {
      never.await();
    }
    return Outcome.retry("nobody listens");
  }

  /** The same key is never seen with other contents. */
  private Map<String, List<Call>> contents() {
    var contents = new HashMap<String, List<Call>>();
    for (Told each : told) {
      List<Call> known = contents.putIfAbsent(each.key(), each.effects());
      assertThat(known == null || known.equals(each.effects())).isTrue();
    }
    return contents;
  }

  /** The keys of batches whose failure is committed. */
  private static Set<String> failed(RealKitchen kitchen) {
    var keys = new TreeSet<String>();
    kitchen.topics().readAll("effects.attempts").stream()
        .flatMap(attempt -> Stream.ofNullable(attempt.value()))
        .map(BatchesIT::json)
        .filter(attempt -> attempt.path("outcome").asText().equals("retry"))
        .filter(attempt -> attempt.hasNonNull("batch"))
        .forEach(attempt -> keys.add(attempt.path("batch").asText()));
    return keys;
  }

  private static JsonNode json(byte[] attempt) {
    try {
      return Json.read(new String(attempt, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
