package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.Topics;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.Call;
import dev.tailrace.testkit.EffectOnceIdempotent;
import dev.tailrace.testkit.OrderPerLane;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lanes across Kafka keys on a real broker: their events are spread over all partitions. */
class AcrossIT {

  private static final String ACROSS = "effects.across.kitchen";
  private static final String COMMANDS = "effects.commands.kitchen";
  private static final int EVENTS = 600;
  private static final int TASKS = 50;
  private static final int LANES = 4;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final CountDownLatch never = new CountDownLatch(1);
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

  /** Some fail at first, so that lanes wait here and there. */
  private Application application() {
    var application = new Application("kitchen");
    application
        .consumer("ring")
        .on(TaskClaimed.class)
        .laneAcross(received -> lane(received.event()))
        .retry(Backoff.schedule("50ms*100"))
        .handle(
            effect -> {
              Call call = RealKitchen.call(effect);
              calls.add(new Call(lane(effect.event()), call.order(), call.eventId(), call.key()));
              never.await(5, TimeUnit.MILLISECONDS);
              return effect.attempt() == 1 && call.order().endsWith("7")
                  ? Outcome.retry("once more")
                  : Outcome.done("rung");
            });
    return application;
  }

  private static String lane(TaskClaimed claimed) {
    return "lane-" + Integer.parseInt(claimed.taskId().substring("task-".length())) % LANES;
  }

  private Service start(String instance, String folder, int threads) {
    return kitchen.start(application(), instance, state.resolve(folder), threads, 64);
  }

  @Test
  void ofManyAggregatesInFewLanesEachLaneKeepsItsOrderThroughARestart() throws Exception {
    try (Service one = start("kitchen-0", "0", 2)) {
      try (Service other = start("kitchen-1", "1", 1)) {
        pause();
        kitchen.produce(0, EVENTS, TASKS);
        Await.until("all have arrived", LIMIT, () -> pending(one) + pending(other) == EVENTS);
        assertThat(calls).isEmpty();

        asked(new Command.Resume(Scope.ofConsumer("ring"), "ann", "all have arrived"));
        Await.until("many are done", LIMIT, () -> kitchen.done("ring") > EVENTS / 4);
      }
      try (Service _ = start("kitchen-1", "elsewhere", 1)) {
        Await.until("all are done", LIMIT, () -> kitchen.done("ring") == EVENTS);
      }
    }
    new OrderPerLane(calls).check();
    new EffectOnceIdempotent(calls).check();
    assertThat(calls).extracting(Call::lane).containsOnly("lane-0", "lane-1", "lane-2", "lane-3");
    assertThat(kitchen.topics().readAll(ACROSS)).hasSize(EVENTS);
    assertThat(kitchen.deadLetters()).isEmpty();
  }

  /** So that each lane begins when all of it is there. */
  private void pause() throws Exception {
    asked(new Command.Pause(Scope.ofConsumer("ring"), "ann", "until all have arrived"));
    for (int partition = 0; partition < RealKitchen.PARTITIONS; partition++) {
      int its = partition;
      Await.until("it is paused", LIMIT, () -> kitchen.takenIn(COMMANDS, its) > 0);
    }
  }

  private void asked(Command command) throws Exception {
    try (Producer<String, byte[]> producer = kitchen.topics().producer()) {
      new Commands(producer, new Topics(kitchen.topics().prefix()), "kitchen").send(command);
    }
  }

  private static int pending(Service service) {
    return (int) service.meters().get("tailrace.effects.pending").gauge().value();
  }

  @Test
  void whatAnEarlierVersionHasLeftOnItsWayArrives() throws Exception {
    kitchen.topics().create(ACROSS, RealKitchen.PARTITIONS, Map.of());
    try (Producer<String, byte[]> producer = kitchen.topics().producer()) {
      var record = Kitchen.produced(kitchen.topics().name(ACROSS), 1, Kitchen.claimed(1, "lane-1"));
      record.headers().add(Output.CROSSER, "ring".getBytes(StandardCharsets.UTF_8));
      producer.send(record).get();
    }
    var application = new Application("kitchen");
    application.consumer("ring").on(TaskClaimed.class).handle(effect -> Outcome.done("rung"));
    try (Service _ = kitchen.start(application, state, 1)) {
      Await.until("it is done", () -> kitchen.done("ring") == 1);
    }
  }

  @Test
  void theTopicIsThereOnlyWhereItIsNeeded() throws Exception {
    var application = new Application("kitchen");
    application.consumer("ring").on(TaskClaimed.class).handle(effect -> Outcome.done("rung"));
    try (Service _ = kitchen.start(application, state, 1)) {
      assertThat(kitchen.topics().names()).doesNotContain(kitchen.topics().name(ACROSS));
    }
  }

  @Test
  void aTopicWithAnotherNumberOfPartitionsIsRefused() {
    kitchen.topics().create(ACROSS, 5, Map.of());
    String topic = kitchen.topics().name(ACROSS);
    try (var admin =
        Admin.create(Map.of("bootstrap.servers", kitchen.topics().bootstrapServers()))) {
      var topics = new ApplicationTopics(admin, Clock.systemUTC());

      assertThatThrownBy(
              () ->
                  topics.makeAcross(topic, Optional.of(Duration.ofDays(7)), RealKitchen.PARTITIONS))
          .hasMessageContaining(topic + " has 5 partitions")
          .hasMessageContaining("that the application reads have 3")
          .hasMessageContaining("delete it when it is empty");
    }
  }
}
