package dev.tailrace.effects;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.BrokerProcess;
import dev.tailrace.testkit.Call;
import dev.tailrace.testkit.EffectOnceIdempotent;
import dev.tailrace.testkit.KafkaServer;
import dev.tailrace.testkit.OrderPerLane;
import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The broker goes away in the middle of running effects and comes back, on a broker of the test's
 * own; the application is not started again. {@code -Dtailrace.away} says for how many seconds, 5
 * unless told.
 */
class EffectsOutageIT {

  private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("tailrace.away", 5));
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int EFFECTS = 2_000;
  private static final int AFTERWARDS = 200;
  private static final int TASKS = 50;

  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final CountDownLatch never = new CountDownLatch(1);
  private final int port = freePort();
  private ServiceProcess broker;
  private int started;

  /** Left for a look when something is wrong. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @BeforeEach
  void startBroker() throws IOException {
    broker =
        BrokerProcess.start(
            folder.resolve("kafka"), port, folder.resolve("broker-" + started++ + ".log"));
  }

  @AfterEach
  void endBroker() {
    broker.kill();
  }

  @Test
  void whatRunsWhileTheBrokerIsDeadIsCarriedOutAndForgottenByNobody() {
    Seeds.forEach(
        1,
        seed ->
            run(
                seed,
                () -> {
                  broker.kill();
                  stayAway();
                  startBroker();
                }));
  }

  @Test
  void whatRunsWhileTheBrokerHangsIsCarriedOutAndForgottenByNobody() {
    Seeds.forEach(
        1,
        seed ->
            run(
                seed,
                () -> {
                  broker.freeze();
                  stayAway();
                  broker.thaw();
                }));
  }

  /** What happens to the broker. */
  @FunctionalInterface
  private interface Outage {
    void happens() throws IOException;
  }

  private void run(Seed seed, Outage outage) throws Exception {
    try (var kitchen = RealKitchen.openOn(new KafkaServer("127.0.0.1:" + port));
        Service service = kitchen.start(application(), folder.resolve("state"), 16)) {
      kitchen.produce(0, EFFECTS, TASKS);
      int enough = seed.between(EFFECTS / 10, EFFECTS / 2);
      Await.until("many are carried out", LIMIT, () -> calls.size() >= enough);
      outage.happens();
      assertThat(kitchen.done("ring")).as("it came in the middle").isLessThan(EFFECTS);

      kitchen.produce(EFFECTS, EFFECTS + AFTERWARDS, TASKS);
      Await.until("all is done", LIMIT, () -> kitchen.done("ring") == EFFECTS + AFTERWARDS);
      new OrderPerLane(calls).check();
      new EffectOnceIdempotent(calls).check();
      assertThat(service.hasFailed()).isFalse();
      Await.untilAsserted("it is ready", () -> assertThat(service.unreadiness()).isEmpty());
      checkAllAreTold(kitchen);
      System.out.printf(
          "%d effects, the broker away for %d s after %d: %d calls%n",
          EFFECTS + AFTERWARDS, AWAY.toSeconds(), enough, calls.size());
    }
  }

  /** Some fail at first, so that lanes wait here and there. */
  private Application application() {
    var application = new Application("kitchen");
    application
        .consumer("ring")
        .on(TaskClaimed.class)
        .retry(Backoff.schedule("300ms*100"))
        .handle(
            effect -> {
              calls.add(RealKitchen.call(effect));
              never.await(10, TimeUnit.MILLISECONDS);
              return effect.attempt() == 1 && effect.envelope().seq().endsWith("7")
                  ? Outcome.retry("once more")
                  : Outcome.done("rung");
            });
    return application;
  }

  private static void checkAllAreTold(RealKitchen kitchen) {
    Set<String> events =
        IntStream.range(0, EFFECTS + AFTERWARDS)
            .mapToObj(number -> Kitchen.id(number).toString())
            .collect(toSet());
    Await.untilAsserted(
        "an attempt of each is told",
        () ->
            assertThat(
                    kitchen.topics().readAll("effects.attempts").stream()
                        .map(ConsumerRecord::key)
                        .collect(toSet()))
                .isEqualTo(events));
    assertThat(kitchen.topics().readAll("effects.dead.kitchen")).isEmpty();
  }

  private static void stayAway() {
    long end = System.nanoTime() + AWAY.toNanos();
    Await.until("it was away", AWAY.plus(LIMIT), () -> System.nanoTime() > end);
  }

  private static int freePort() {
    try {
      return ServiceProcess.freePort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
