package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.KitchenEvent;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.KitchenEvent.TaskReleased;
import dev.tailrace.contracts.event.Topics;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import io.micrometer.core.instrument.Gauge;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The past of a real broker, copied to an application that follows it once more. */
class ReplayerIT {

  private static final int EVENTS = 60;
  private static final int FAST = 100_000;
  private static final String REPLAYS = "replay.kitchen";

  /** The kitchen's events are of a fixed day. */
  private static final Replay FILL =
      Replay.of(ReplayMode.FILL, "ann", "the pager was away").noOlderThan(Duration.ofDays(36_500));

  private static final Replay PROJECT = Replay.of(ReplayMode.PROJECT, "ann", "a new column");

  private final List<Integer> rung = new CopyOnWriteArrayList<>();
  private final List<Integer> begun = new CopyOnWriteArrayList<>();

  /** What holds up the first events of the kitchen, as long as it is closed. */
  private volatile CountDownLatch door = new CountDownLatch(0);

  private final Application application = new Application("kitchen");
  private RealKitchen kitchen;

  @TempDir private Path state;

  @BeforeEach
  void open() throws SQLException {
    kitchen = RealKitchen.open();
    kitchen.database().execute("create table board (task text primary key, seq bigint)");
    application
        .consumer("ring")
        .on(TaskClaimed.class, TaskReleased.class)
        .handle(
            effect -> {
              int number = (int) effect.envelope().id().getLeastSignificantBits();
              begun.add(number);
              if (number < EVENTS) {
                door.await();
              }
              rung.add(number);
              return Outcome.done("rung");
            });
    application
        .consumer("board")
        .on(TaskClaimed.class)
        .idempotentByRow()
        .handle(effect -> new Commit(transaction -> upsert(transaction, effect)));
  }

  @AfterEach
  void close() {
    kitchen.close();
  }

  private static Outcome upsert(Transaction transaction, Effect<TaskClaimed> effect)
      throws SQLException {
    try (PreparedStatement upsert =
        transaction
            .connection()
            .prepareStatement(
                """
                insert into board values (?, ?) on conflict (task) do update
                set seq = excluded.seq where board.seq < excluded.seq""")) {
      upsert.setString(1, effect.event().taskId());
      upsert.setLong(2, Long.parseLong(effect.envelope().seq()));
      upsert.executeUpdate();
      return Outcome.done("1 row");
    }
  }

  private Replayer replayer() {
    return replayer(application);
  }

  private Replayer replayer(Application its) {
    return new Replayer(
        its,
        new Topics(kitchen.topics().prefix()),
        Map.of("bootstrap.servers", kitchen.topics().bootstrapServers()),
        kitchen.database().dataSource(),
        Clock.systemUTC());
  }

  private Replayer.Report run(ReplaySelection which, Replay replay) throws Exception {
    return replayer().run(which, replay, FAST, progress -> {});
  }

  private List<String> board() {
    return kitchen
        .database()
        .strings("select concat_ws(' ', task, seq) from board order by task, seq");
  }

  private static double pending(Service service) {
    return service.meters().get("tailrace.effects.pending").gauges().stream()
        .mapToDouble(Gauge::value)
        .sum();
  }

  /** All events of the kitchen have come, and are done. */
  private void isDone(Service service) throws Exception {
    kitchen.produce(0, EVENTS, 10);
    Await.until(
        "all are done", () -> kitchen.done("ring") == EVENTS && told("board", "done") == EVENTS);
    Await.until("none is pending", () -> pending(service) == 0);
    assertThat(rung).hasSize(EVENTS);
    rung.clear();
  }

  /** How many attempts of the consumer have ended so. */
  private long told(String consumer, String outcome) {
    return kitchen.topics().readAll("effects.attempts").stream()
        .map(attempt -> new String(attempt.value(), StandardCharsets.UTF_8))
        .filter(attempt -> attempt.contains("\"consumer\":\"" + consumer + "\""))
        .filter(attempt -> attempt.contains("\"outcome\":\"" + outcome + "\""))
        .count();
  }

  @Test
  void whatIsDoneIsLeftAloneAndWhatIsNotIsFilledAsPlanned() throws Exception {
    try (Service service = kitchen.start(application, state, 16)) {
      isDone(service);
      ReplayPlan plan = replayer().plan(ReplaySelection.ALL, FILL, 30);
      assertThat(plan.events()).isEqualTo(EVENTS);
      assertThat(plan.duration()).isEqualTo(Duration.ofSeconds(2));
      assertThat(plan.samples()).hasSize(5);
      assertThat(plan.isCutOff()).isFalse();
      assertThat(plan.effects()).containsExactly(new ReplayPlan.Effects("ring", EVENTS, 0, 0));
      assertThat(run(ReplaySelection.ALL, FILL))
          .isEqualTo(new Replayer.Report(FILL.id(), EVENTS, 0, 0, false, true));
      Await.until("all are looked at", () -> told("ring", "skipped") == EVENTS);
      assertThat(rung).isEmpty();

      kitchen
          .database()
          .execute(
              "delete from effect_done where event_id in (?, ?)", Kitchen.id(7), Kitchen.id(23));
      assertThat(replayer().plan(ReplaySelection.ALL, FILL, FAST).effects())
          .containsExactly(new ReplayPlan.Effects("ring", EVENTS - 2, 0, 2));
      assertThat(
              replayer()
                  .plan(ReplaySelection.ALL, Replay.of(ReplayMode.FILL, "ann", "why"), FAST)
                  .effects())
          .as("without a greater age")
          .containsExactly(new ReplayPlan.Effects("ring", EVENTS - 2, 2, 0));
      run(ReplaySelection.ALL, FILL);
      Await.until("all are looked at", () -> told("ring", "skipped") == 2 * EVENTS - 2);
      Await.until("none is pending", () -> pending(service) == 0);
      assertThat(rung).containsExactlyInAnyOrder(7, 23);
      assertThat(kitchen.done("ring")).isEqualTo(EVENTS);
      assertThat(kitchen.deadLetters()).isEmpty();
    }
  }

  @Test
  void aSlowPastLeavesHalfOfTheWorkersToThePresent() throws Exception {
    try (Service service = kitchen.start(application, state, 4)) {
      isDone(service);
      kitchen.database().execute("delete from effect_done");
      begun.clear();
      door = new CountDownLatch(1);
      run(ReplaySelection.ALL, FILL);
      Await.until(
          "two have begun, and all wait", () -> begun.size() == 2 && pending(service) == EVENTS);

      kitchen.produce(EVENTS, EVENTS + 20, 10);
      Await.until("the present is done", () -> kitchen.done("ring") == 20);
      assertThat(begun).filteredOn(number -> number < EVENTS).hasSize(2);

      door.countDown();
      Await.until("the past is done too", () -> kitchen.done("ring") == EVENTS + 20);
    }
    assertThat(rung).hasSize(EVENTS + 20).doesNotHaveDuplicates();
  }

  @Test
  void aProjectionIsBuiltAgain() throws Exception {
    try (Service service = kitchen.start(application, state, 16)) {
      isDone(service);
      List<String> before = board();
      assertThat(before).hasSize(10);
      kitchen.database().execute("truncate board");

      assertThat(replayer().plan(ReplaySelection.ALL, PROJECT, FAST).effects())
          .containsExactly(new ReplayPlan.Effects("board", 0, 0, EVENTS));
      run(ReplaySelection.ALL, PROJECT);
      Await.untilAsserted("it is as before", () -> assertThat(board()).isEqualTo(before));
      Await.until("all are followed", () -> told("board", "done") == 2 * EVENTS);
      assertThat(rung).isEmpty();
    }
  }

  @Test
  void whatIsChosenIsCopiedAsItWasInCommitOrder() throws Exception {
    makesTopics();
    var claimed = new ArrayList<Envelope>();
    var released = new ArrayList<Envelope>();
    for (int i = 0; i < EVENTS; i++) {
      (i % 3 == 0 ? released : claimed)
          .add(i % 3 == 0 ? Kitchen.released(i, "task-1") : Kitchen.claimed(i, "task-1"));
    }
    kitchen.arrive(Kitchen.RELEASED, 1, released);
    kitchen.arrive(Kitchen.TOPIC, 1, claimed);
    arrivesNoEvent();

    Replayer.Report report = run(ReplaySelection.ALL, FILL.forConsumers("ring"));
    assertThat(report).isEqualTo(new Replayer.Report(FILL.id(), EVENTS, 0, 1, false, true));
    List<ConsumerRecord<String, byte[]>> copies = kitchen.topics().readAll(REPLAYS);
    assertThat(copies)
        .extracting(copy -> header(copy, "ce_seq"))
        .containsExactlyElementsOf(
            IntStream.range(0, EVENTS).mapToObj("%019d"::formatted).toList());
    assertThat(copies).allMatch(copy -> copy.partition() == 1 && copy.key().equals("task-1"));
    ConsumerRecord<String, byte[]> first = copies.getFirst();
    assertThat(Intake.read(first.headers(), first.value())).isEqualTo(released.getFirst());
    assertThat(ReplayHeaders.read(first.headers())).isEqualTo(FILL.forConsumers("ring"));
    assertThat(header(first, ReplayHeaders.TOPIC)).endsWith(Kitchen.RELEASED);
    assertThat(header(first, ReplayHeaders.PARTITION)).isEqualTo("1");
    assertThat(header(first, ReplayHeaders.OFFSET)).isEqualTo("0");
  }

  @Test
  void itIsChosenByTypeTenantAggregateAndTime() throws Exception {
    makesTopics();
    Instant began = Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS).minusSeconds(60);
    kitchen.committed(began, Kitchen.claimed(1, "a"));
    kitchen.committed(began.plusSeconds(1), Kitchen.claimed(2, "b"));
    kitchen.committed(began.plusSeconds(2), Kitchen.claimed(3, "a"));
    kitchen.committed(began.plusSeconds(3), Kitchen.released(4, "a"));
    ReplaySelection all = ReplaySelection.ALL;

    assertThat(chosen(all)).containsExactly(1, 2, 3, 4);
    assertThat(chosen(all.ofTypes("kitchen.task.released"))).containsExactly(4);
    assertThat(chosen(all.ofTypes(Kitchen.TYPE).ofAggregates("a"))).containsExactly(1, 3);
    assertThat(chosen(all.ofTenants("org_2"))).isEmpty();
    assertThat(chosen(all.ofTenants("org_1", "org_2").from(began.plusSeconds(2))))
        .containsExactly(3, 4);
    assertThat(chosen(all.from(began.plusSeconds(1)).to(began.plusSeconds(3))))
        .containsExactly(2, 3);
    assertThat(chosen(all.from(began.plusSeconds(9)))).isEmpty();
    assertThat(replayer().plan(all, FILL, FAST).counts())
        .containsExactly(
            new ReplayPlan.Count(
                Kitchen.TYPE, Optional.of("org_1"), 3, began, began.plusSeconds(2)),
            new ReplayPlan.Count(
                "kitchen.task.released",
                Optional.of("org_1"),
                1,
                began.plusSeconds(3),
                began.plusSeconds(3)));
    assertThat(kitchen.topics().readAll(REPLAYS)).as("a plan writes nothing").isEmpty();
  }

  private List<Integer> chosen(ReplaySelection which) throws Exception {
    return replayer().plan(which, FILL, FAST).samples().stream()
        .map(id -> (int) id.getLeastSignificantBits())
        .toList();
  }

  @Test
  void itCanBeInterruptedAndSaysHowFarItWas() throws Exception {
    makesTopics();
    kitchen.produce(0, 1_000, 10);
    var report = new CompletableFuture<Replayer.Report>();
    var told = new CopyOnWriteArrayList<Replayer.Progress>();
    Thread running =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    report.complete(replayer().run(ReplaySelection.ALL, FILL, 20, told::add));
                  } catch (Exception e) {
                    report.completeExceptionally(e);
                  }
                });
    Await.until("some are copied", () -> kitchen.topics().readAll(REPLAYS).size() > 5);
    running.interrupt();

    assertThat(report.get().isWhole()).isFalse();
    assertThat(report.get().copied())
        .isEqualTo(kitchen.topics().readAll(REPLAYS).size())
        .isLessThan(1_000);
    assertThat(told.getLast().copied()).isEqualTo(report.get().copied());
    assertThat(told.getLast().toRead()).isEqualTo(1_000);
  }

  @Test
  void whatCanNotBeReplayedIsRefusedWithAllThatIsWrong() {
    assertThatThrownBy(
            () ->
                replayer()
                    .plan(
                        ReplaySelection.ALL
                            .ofTypes("kitchen.task.eaten")
                            .from(Instant.EPOCH.plusSeconds(1))
                            .to(Instant.EPOCH),
                        FILL.forConsumers("board", "rings"),
                        0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "kitchen can't replay that:",
            "type 'kitchen.task.eaten': none of the consumers that it is for follows it",
            "from 1970-01-01T00:00:01Z: it is not before to",
            "consumer 'board': of what is idempotentByRow no record tells what is done",
            "consumer 'rings': there are [ring, board]",
            "0 a second: 1 to 1000000");
    assertThatThrownBy(() -> run(ReplaySelection.ALL, Replay.of(ReplayMode.FORCE, "ann", "why")))
        .hasMessageContaining("only what was registered with mayBeForced() is repeated");
    assertThatThrownBy(() -> run(ReplaySelection.ALL, FILL))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("replay.kitchen is missing: kitchen makes it when it starts");
  }

  @Test
  void oneTopicForAllIsReplayedToo() throws Exception {
    var reading = new Application("kitchen");
    reading
        .reading(kitchen.topics().name(Kitchen.TOPIC))
        .consumer("log")
        .on(KitchenEvent.class)
        .handle(
            effect -> {
              rung.add((int) effect.envelope().id().getLeastSignificantBits());
              return Outcome.done("logged");
            });
    kitchen.arrives(Kitchen.TOPIC, 2, Kitchen.claimed(1, "a"));
    kitchen.arrives(Kitchen.TOPIC, 2, Kitchen.released(2, "a"));
    try (Service service = kitchen.start(reading, state, 4)) {
      Await.until("both are done", () -> kitchen.done("log") == 2 && pending(service) == 0);
      kitchen.database().execute("delete from effect_done");
      var released = ReplaySelection.ALL.ofTypes("kitchen.task.released");
      replayer(reading).run(released, FILL, FAST, progress -> {});
      Await.until("it is done again", () -> kitchen.done("log") == 1);
    }
    assertThat(rung).containsExactly(1, 2, 2);
  }

  /** As a start of the application would. */
  private void makesTopics() {
    try (Service service = kitchen.start(application, state, 1)) {
      assertThat(pending(service)).isZero();
    }
  }

  private void arrivesNoEvent() throws Exception {
    kitchen.send(
        new ProducerRecord<>(kitchen.topics().name(Kitchen.TOPIC), 0, "a", new byte[] {'{'}));
  }

  private static String header(ConsumerRecord<String, byte[]> record, String name) {
    return Optional.ofNullable(record.headers().lastHeader(name))
        .map(header -> new String(header.value(), StandardCharsets.UTF_8))
        .orElseThrow();
  }
}
