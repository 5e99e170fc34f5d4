package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A handler that never returns, whatever it is told. */
class StubbornHandlerIT {

  private final CountDownLatch never = new CountDownLatch(1);

  @TempDir private Path state;

  @AfterEach
  void letTheThreadsGo() {
    never.countDown();
  }

  @Test
  void itsEffectIsGivenUpAndItsLaneTheOthersAndTheCloseGoOn() throws Exception {
    var application = new Application("kitchen");
    application
        .consumer("ring")
        .on(TaskClaimed.class)
        .timeout(Duration.ofMillis(200))
        .retry(Backoff.schedule("10ms*2"))
        .handle(
            effect -> {
              if (effect.envelope().id().equals(Kitchen.id(0))) {
                waitsWhatever();
              }
              return Outcome.done("rung");
            });
    try (var kitchen = RealKitchen.open()) {
      try (Service _ = kitchen.start(application, state, 1)) {
        kitchen.produce(0, 30, 5);
        Await.until("all others are done", () -> kitchen.done("ring") == 29);
        Await.untilAsserted(
            "it is dead",
            () -> assertThat(kitchen.outcomes(0)).containsExactly("retry", "retry", "retry"));
      }
      assertThat(kitchen.deadLetters())
          .extracting(DeadLetter::reason)
          .containsExactly("given up after 3 attempts: no answer within 200 ms");
    }
  }

  private void waitsWhatever() {
    while (never.getCount() > 0) {
      try {
        never.await();
      } catch (InterruptedException e) {
        // That is what it does.
      }
    }
  }
}
