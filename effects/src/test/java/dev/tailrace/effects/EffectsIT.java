package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.KitchenEvent.TaskReleased;
import dev.tailrace.contracts.event.Topics;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.service.AdminAddress;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.Call;
import dev.tailrace.testkit.EffectOnceIdempotent;
import dev.tailrace.testkit.NoHeadOfLine;
import dev.tailrace.testkit.OrderPerLane;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import dev.tailrace.testkit.TestTopics;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application on a real broker: what is pending outlives it, and no lane waits for another. */
class EffectsIT {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final int PARTITIONS = 3;
  private static final int TASKS = 10;

  private TestDatabase database;
  private TestTopics topics;

  @TempDir private Path state;

  @BeforeEach
  void open() throws SQLException {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    topics = TestTopics.create();
    topics.create(Kitchen.TOPIC, PARTITIONS, Map.of());
    topics.create(Kitchen.RELEASED, PARTITIONS, Map.of());
  }

  @AfterEach
  void close() {
    topics.close();
    database.close();
  }

  private Service start(Handler<TaskClaimed> handler) {
    var application = new Application("kitchen");
    application
        .consumer("ring")
        .on(TaskClaimed.class)
        .retry(Backoff.schedule("200ms*100"))
        .handle(handler);
    return start(application, 64);
  }

  private Service start(Application application, int concurrency) {
    var config =
        new EffectsConfig(
            topics.bootstrapServers(),
            new Topics(topics.prefix()),
            application.name() + "-0",
            state,
            1,
            concurrency,
            "/tailrace/test");
    return Service.start(
        application.name(),
        AdminAddress.FREE,
        service ->
            Effects.start(application, config, database.dataSource(), service, Clock.systemUTC()));
  }

  private void produce(int from, int to) throws Exception {
    Kitchen.produce(topics, from, to, TASKS, PARTITIONS);
  }

  private long done() {
    return database.count(
        "select count(*) from effect_done where consumer = 'ring' and outcome = 'done'");
  }

  @Test
  void eachEffectIsCarriedOutOnceAndInTheOrderOfItsLane() throws Exception {
    var rung = new CopyOnWriteArrayList<Call>();
    try (Service service = start(effect -> ring(rung, effect))) {
      produce(0, 500);
      Await.until("500 effects are done", () -> done() == 500);

      assertThat(rung).hasSize(500);
      new OrderPerLane(rung).check();
      new EffectOnceIdempotent(rung).check();
      Await.untilAsserted(
          "500 attempts are told",
          () -> assertThat(topics.readAll("effects.attempts")).hasSize(500));
      assertThat(service.meters().get("tailrace.effects.pending").gauge().value()).isZero();
    }
  }

  @Test
  void whatIsPendingOutlivesTheApplicationAndItsLocalState() throws Exception {
    var tried = new CopyOnWriteArrayList<Integer>();
    try (Service _ =
        start(
            effect -> {
              tried.add(number(effect));
              return Outcome.retry("the bell is broken");
            })) {
      produce(0, 50);
      Await.until("each lane has tried its head twice", () -> tried.size() >= 2 * TASKS);
    }
    assertThat(done()).isZero();

    state = state.resolve("elsewhere");
    var rung = new CopyOnWriteArrayList<Call>();
    var attempts = new CopyOnWriteArrayList<Integer>();
    try (Service _ =
        start(
            effect -> {
              attempts.add(effect.attempt());
              return ring(rung, effect);
            })) {
      Await.until("50 effects are done", () -> done() == 50);
    }
    new OrderPerLane(rung).check();
    new EffectOnceIdempotent(rung).check();
    assertThat(attempts)
        .as("failures before the restart are remembered")
        .anyMatch(attempt -> attempt > 1);
  }

  @Test
  void whatIsParkedOutlivesTheApplicationAndIsWokenFromAnotherPartition() throws Exception {
    var parked = new CopyOnWriteArrayList<Integer>();
    try (Service _ = start(takes(parked, Set.of()), 64)) {
      produce(0, TASKS);
      Await.until("all are parked", () -> parked.size() == TASKS);
      Await.untilAsserted(
          "and told to be", () -> assertThat(topics.readAll("effects.attempts")).hasSize(TASKS));
    }

    state = state.resolve("elsewhere");
    try (Service _ = start(takes(parked, Set.of("task-1", "task-2")), 64)) {
      try (Producer<String, byte[]> producer = topics.producer()) {
        for (int task = 0; task < 3; task++) {
          var released = Kitchen.released(100 + task, "task-" + task);
          int elsewhere = (task + 1) % PARTITIONS;
          producer.send(Kitchen.produced(topics.name(Kitchen.RELEASED), elsewhere, released)).get();
        }
      }
      Await.until("two are taken, and one is looked at in vain", () -> done() == 2);
    }
    assertThat(parked).filteredOn(number -> number == 5).as("nobody released it").hasSize(1);
  }

  private static Application takes(List<Integer> looks, Set<String> free) {
    var application = new Application("kitchen");
    application
        .consumer("ring")
        .on(TaskClaimed.class)
        .wokenBy(TaskReleased.class)
        .handle(
            effect -> {
              looks.add(number(effect));
              String task = effect.event().taskId();
              return free.contains(task)
                  ? Outcome.done("taken")
                  : Outcome.parked(TaskReleased.class, task, "not free");
            });
    return application;
  }

  @Test
  void aDeadDestinationDelaysNoOtherLane() throws Exception {
    var release = new CountDownLatch(1);
    var rung = new CopyOnWriteArrayList<Call>();
    try (Service _ =
        start(
            effect -> {
              if (effect.event().taskId().equals("task-0")) {
                release.await();
              }
              return ring(rung, effect);
            })) {
      produce(0, 200);
      Await.until("the other lanes are done", () -> done() == 180);
      new NoHeadOfLine(lanes(20), Set.of("task-0"), rung).check();

      release.countDown();
      Await.until("the stuck lane is done too", () -> done() == 200);
      new OrderPerLane(rung).check();
    }
  }

  @Test
  void aHandlerThatOutlivesItsDeadlineIsCutOffAndTriedAgain() throws Exception {
    var application = new Application("slow");
    var attempts = new CopyOnWriteArrayList<Integer>();
    application
        .consumer("ring")
        .on(TaskClaimed.class)
        .timeout(Duration.ofMillis(100))
        .retry(Backoff.schedule("10ms*9"))
        .handle(
            effect -> {
              attempts.add(effect.attempt());
              if (effect.attempt() == 1) {
                new CountDownLatch(1).await();
              }
              return Outcome.done("");
            });
    try (Service _ = start(application, 1)) {
      produce(0, 1);
      Await.until("it is done", () -> done() == 1);
    }
    assertThat(attempts).containsExactly(1, 2);
  }

  @Test
  void aHandlerThatComesTooLateCanNotCommit() throws Exception {
    var application = new Application("late");
    var release = new CountDownLatch(1);
    var ended = new CountDownLatch(1);
    application
        .consumer("ring")
        .on(TaskClaimed.class)
        .timeout(Duration.ofMillis(200))
        .retry(Backoff.schedule("10ms*9"))
        .handle(
            effect -> {
              if (effect.attempt() == 1) {
                awaitWhatever(release);
                ended.countDown();
              }
              return new Commit(
                  transaction -> {
                    transaction.append(
                        new TaskReleased("t", "attempt-" + effect.attempt(), NOON), NOON);
                    return Outcome.done("");
                  });
            });
    try (Service _ = start(application, 1)) {
      produce(0, 1);
      Await.until("the second attempt is done", () -> done() == 1);
      release.countDown();
      ended.await();
    }
    assertThat(database.strings("select payload from outbox_event"))
        .singleElement()
        .asString()
        .contains("attempt-2");
  }

  /** As a handler that ignores its interrupt. */
  private static void awaitWhatever(CountDownLatch latch) {
    boolean released = false;
    while (!released) {
      try {
        latch.await();
        released = true;
      } catch (InterruptedException e) {
        // That is what it does.
      }
    }
  }

  @Test
  void aMissingTopicIsNamed() {
    var application = new Application("kitchen");
    application
        .reading("nowhere")
        .consumer("ring")
        .on(TaskClaimed.class)
        .handle(effect -> Outcome.done(""));
    var clock = new SettableClock();
    try (var admin = Admin.create(Map.of("bootstrap.servers", topics.bootstrapServers()))) {
      var waiting = new ApplicationTopics(admin, clock);

      assertThatThrownBy(() -> waiting.awaitInputs(List.of("nowhere"), Duration.ofSeconds(-1)))
          .hasMessageContaining("topics are missing: [nowhere]")
          .hasMessageContaining("cdc-relay makes them");
    }
  }

  private static Outcome ring(List<Call> rung, Effect<TaskClaimed> effect) {
    rung.add(
        new Call(
            effect.event().taskId(),
            effect.envelope().seq(),
            effect.envelope().id().toString(),
            effect.idempotencyKey()));
    return Outcome.done("rung");
  }

  /** Each task's lane with as many effects. */
  private static Map<String, Integer> lanes(int effects) {
    return IntStream.range(0, TASKS)
        .boxed()
        .collect(Collectors.toMap(task -> "task-" + task, _ -> effects));
  }

  private static int number(Effect<?> effect) {
    return (int) effect.envelope().id().getLeastSignificantBits();
  }
}
