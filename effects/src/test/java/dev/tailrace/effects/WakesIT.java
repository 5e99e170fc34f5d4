package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.KitchenEvent.TaskReleased;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.outbox.Outbox;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is parked is woken on a real broker, whenever and wherever its event comes. */
class WakesIT {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final String WAKES = "effects.wake.kitchen";

  private final Application application = new Application("kitchen");
  private RealKitchen kitchen;

  @TempDir private Path state;

  @BeforeEach
  void open() throws Exception {
    kitchen = RealKitchen.open();
  }

  @AfterEach
  void close() {
    kitchen.close();
  }

  @Test
  void anEventThatComesToAnotherTaskBetweenTheLookAndTheParkingWakesToo() throws Exception {
    var looked = new CountDownLatch(1);
    var wakeHasCome = new CountDownLatch(1);
    application
        .consumer("take")
        .on(TaskClaimed.class)
        .wokenBy(TaskReleased.class)
        .handle(
            effect -> {
              boolean free = isReleased(kitchen.database());
              looked.countDown();
              wakeHasCome.await();
              return free
                  ? Outcome.done("taken")
                  : Outcome.parked(TaskReleased.class, effect.event().taskId(), "not free");
            });
    try (Service _ = kitchen.start(application, state, 4)) {
      kitchen.arrives(Kitchen.TOPIC, 0, Kitchen.claimed(1, "a"));
      looked.await();
      release(kitchen.database());
      kitchen.arrives(Kitchen.RELEASED, 1, Kitchen.released(2, "a"));
      Await.until("the task of the first has the wake", () -> kitchen.takenIn(WAKES, 0) > 0);
      assertThat(kitchen.outcomes(1)).as("and is not parked yet").isEmpty();
      wakeHasCome.countDown();

      Await.until("it is taken, and not in ten minutes", () -> kitchen.done("take") == 1);
      Await.untilAsserted(
          "it was parked before",
          () -> assertThat(kitchen.outcomes(1)).containsExactly("parked", "done"));
    }
  }

  private static boolean isReleased(TestDatabase database) {
    return database.count("select count(*) from outbox_event") > 0;
  }

  private static void release(TestDatabase database) throws Exception {
    Database.inTransaction(
        database.dataSource(),
        connection ->
            Outbox.append(
                connection, NewEvent.of("org_1", NOON, new TaskReleased("a", "emp-2", NOON))));
  }
}
