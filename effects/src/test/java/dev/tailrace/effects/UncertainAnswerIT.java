package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.Call;
import dev.tailrace.testkit.EffectOnceIdempotent;
import dev.tailrace.testkit.OrderPerLane;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A destination does what it is asked for, and its answer never comes. */
class UncertainAnswerIT {

  private static final int EFFECTS = 60;
  private static final int TASKS = 6;

  private final List<Call> calls = new CopyOnWriteArrayList<>();

  /** What the destination has done, by the keys that it was asked with. */
  private final Set<String> carriedOut = ConcurrentHashMap.newKeySet();

  private final CountDownLatch never = new CountDownLatch(1);

  @TempDir private Path state;

  @Test
  void whatWasCarriedOutWithoutAnAnswerIsAskedForAgainUnderTheSameKey() throws Exception {
    var application = new Application("kitchen");
    application
        .consumer("ring")
        .on(TaskClaimed.class)
        .timeout(Duration.ofMillis(300))
        .retry(Backoff.schedule("20ms*20"))
        .handle(this::ring);
    try (var kitchen = RealKitchen.open();
        Service _ = kitchen.start(application, state, 16)) {
      kitchen.produce(0, EFFECTS, TASKS);
      Await.until("all are done", () -> kitchen.done("ring") == EFFECTS);

      assertThat(carriedOut).as("each once, under one key").hasSize(EFFECTS);
      assertThat(calls).as("each was asked for twice").hasSize(2 * EFFECTS);
      new OrderPerLane(calls).check();
      new EffectOnceIdempotent(calls).check();
      Await.untilAsserted(
          "both tries are told",
          () -> {
            assertThat(kitchen.outcomes(0)).containsExactly("retry", "done");
            assertThat(kitchen.outcomes(1)).containsExactly("retry", "done");
          });
    }
  }

  /** At first an even one is cut off by its deadline, and with an odd one the client gives up. */
  private Outcome ring(Effect<TaskClaimed> effect) throws Exception {
    calls.add(RealKitchen.call(effect));
    if (!carriedOut.add(effect.idempotencyKey())) {
      return Outcome.done("was done before, by its key");
    }
    if (effect.envelope().id().getLeastSignificantBits() % 2 == 0) {
      never.await();
    }
    throw new HttpTimeoutException("request timed out");
  }
}
