package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.CausedBy;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.KitchenEvent.TaskReleased;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The processor in Streams' own test driver: attempts run in the caller's thread, time is set by
 * hand.
 */
class EffectProcessorIT {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static TestDatabase database;

  private final SettableClock clock = new SettableClock(NOON);
  private final List<String> seen = new ArrayList<>();
  private final Deque<Handled> answers = new ArrayDeque<>();
  private final Application application = new Application("kitchen");
  private TestDriver driver;

  @TempDir private Path state;

  @BeforeAll
  static void migrate() throws SQLException {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  @BeforeEach
  void open() {
    application
        .consumer("ring")
        .on(TaskClaimed.class)
        .retry(Backoff.schedule("5s 30s").jitter(0))
        .handle(
            effect -> {
              seen.add(effect.event().employeeId() + "#" + effect.attempt());
              return answers.isEmpty() ? Outcome.done("rung") : answers.poll();
            });
    driver = new TestDriver(application, database.dataSource(), clock, state);
  }

  @AfterEach
  void close() {
    driver.close();
    database.execute("truncate effect_done");
    database.execute("truncate outbox_event");
  }

  private void arrives(int number, String task) {
    driver.arrives(Kitchen.claimed(number, task));
  }

  @Test
  void anEffectIsCarriedOutAndRecorded() {
    arrives(1, "a");

    assertThat(seen).containsExactly("emp-1#1");
    assertThat(driver.attempts()).containsExactly("ring emp-1 done rung");
    assertThat(
            database.strings("select outcome from effect_done where event_id = ?", Kitchen.id(1)))
        .containsExactly("done");
    assertThat(driver.pending()).isZero();
  }

  @Test
  void aFailedEffectIsTriedAgainWhenItsTimeHasCome() {
    answers.add(Outcome.retry("busy"));
    arrives(1, "a");
    driver.passes(Duration.ofMillis(4_900));
    assertThat(seen).containsExactly("emp-1#1");

    driver.passes(Duration.ofMillis(200));
    assertThat(seen).containsExactly("emp-1#1", "emp-1#2");
    assertThat(driver.attempts()).containsExactly("ring emp-1 retry busy", "ring emp-1 done rung");
  }

  @Test
  void whatADestinationAsksForIsHonoured() {
    answers.add(Outcome.retryAfter(Duration.ofMinutes(2), "busy"));
    arrives(1, "a");
    driver.passes(Duration.ofSeconds(119));
    assertThat(seen).hasSize(1);

    driver.passes(Duration.ofSeconds(2));
    assertThat(seen).hasSize(2);
  }

  @Test
  void aLaneWaitsForItsHeadAndTheOthersDoNot() {
    answers.add(Outcome.retry("busy"));
    arrives(1, "a");
    arrives(2, "a");
    arrives(3, "b");
    assertThat(seen).containsExactly("emp-1#1", "emp-3#1");

    driver.passes(Duration.ofSeconds(6));
    assertThat(seen).containsExactly("emp-1#1", "emp-3#1", "emp-1#2", "emp-2#1");
  }

  @Test
  void afterTheLastTryItIsADeadLetterAndTheLaneGoesOn() {
    for (int i = 0; i < 3; i++) {
      answers.add(Outcome.retry("busy"));
    }
    arrives(1, "a");
    arrives(2, "a");
    driver.passes(Duration.ofSeconds(6));
    driver.passes(Duration.ofSeconds(31));

    assertThat(driver.dead()).containsExactly("ring 3 given up after 3 attempts: busy");
    assertThat(seen).endsWith("emp-2#1");
    assertThat(driver.pending()).isZero();
  }

  @Test
  void whatIsDeadAtOnceIsNotTriedAgain() {
    answers.add(Outcome.dead("the bell is gone"));
    arrives(1, "a");
    driver.passes(Duration.ofHours(1));

    assertThat(seen).hasSize(1);
    assertThat(driver.dead()).containsExactly("ring 1 the bell is gone");
    assertThat(database.count("select count(*) from effect_done")).isZero();
  }

  @Test
  void anExceptionAndAnErrorAreRetries() {
    var failing = new Application("failing");
    var thrown =
        new ArrayDeque<Throwable>(
            List.of(new IOException("reset"), new StackOverflowError("deep")));
    failing
        .consumer("ring")
        .on(TaskClaimed.class)
        .retry(Backoff.schedule("1s*9").jitter(0))
        .handle(effect -> thrown.isEmpty() ? Outcome.done("") : fail(thrown.remove()));
    try (var other = new TestDriver(failing, database.dataSource(), clock, state)) {
      other.arrives(Kitchen.claimed(1, "a"));
      other.passes(Duration.ofSeconds(2));
      other.passes(Duration.ofSeconds(2));

      assertThat(other.attempts())
          .containsExactly(
              "ring emp-1 retry IOException: reset",
              "ring emp-1 retry StackOverflowError: deep",
              "ring emp-1 done ");
    }
  }

  @Test
  void rowsEventsAndTheDoneRecordCommitTogether() {
    answers.add(
        new Commit(
            transaction -> {
              transaction.append(new TaskReleased("a", "emp-1", NOON), NOON);
              return Outcome.done("released");
            }));
    driver.arrives(
        Kitchen.claimed(1, "a", new Origin(Optional.empty(), 2, Optional.of("00-a-b-01"))));

    assertThat(database.strings("select type from outbox_event"))
        .containsExactly("kitchen.task.released");
    assertThat(database.strings("select headers from outbox_event"))
        .singleElement()
        .satisfies(
            headers ->
                assertThat(Json.read(headers))
                    .isEqualTo(
                        Json.read(
                            "{\"version\":1,\"causedBy\":\"%s\",\"depth\":3,\"traceparent\":\"00-a-b-01\"}"
                                .formatted(new CausedBy(Kitchen.id(1), "ring")))));
    assertThat(database.count("select count(*) from effect_done")).isOne();
  }

  @Test
  void aCommitThatIsNotDoneIsRolledBack() {
    answers.add(
        new Commit(
            transaction -> {
              transaction.append(new TaskReleased("a", "emp-1", NOON), NOON);
              return Outcome.retry("not yet");
            }));
    arrives(1, "a");

    assertThat(driver.attempts()).containsExactly("ring emp-1 retry not yet");
    assertThat(database.count("select count(*) from outbox_event")).isZero();
    assertThat(database.count("select count(*) from effect_done")).isZero();
  }

  @Test
  void aLoopOfEventsIsCutOff() {
    answers.add(
        new Commit(
            transaction -> {
              transaction.append(new TaskReleased("a", "emp-1", NOON), NOON);
              return Outcome.done("");
            }));
    driver.arrives(Kitchen.claimed(1, "a", new Origin(Optional.empty(), 16, Optional.empty())));

    assertThat(driver.dead()).singleElement().asString().contains("a loop");
    assertThat(database.count("select count(*) from outbox_event")).isZero();
  }

  @Test
  void anEventThatIsTakenUpTwiceIsCarriedOutOnce() {
    arrives(1, "a");
    driver.arrives(Kitchen.withSeq(Kitchen.claimed(1, "a"), 2));

    assertThat(seen).containsExactly("emp-1#1");
    assertThat(driver.attempts())
        .containsExactly("ring emp-1 done rung", "ring emp-1 skipped done before");
  }

  @Test
  void aRecordThatIsNoEventIsADeadLetterAndHoldsNothingUp() {
    driver.arrives(new TestRecord<>("a", "{}".getBytes(StandardCharsets.UTF_8)));
    arrives(2, "a");

    assertThat(driver.dead()).singleElement().asString().contains("ce_id is missing");
    assertThat(seen).containsExactly("emp-2#1");
  }

  @Test
  void aPayloadThatDoesNotFitItsTypeIsADeadLetter() {
    driver.arrives(Kitchen.withPayload(Kitchen.claimed(1, "a"), "{\"claimedAt\":\"noon\"}"));

    assertThat(driver.dead()).singleElement().asString().contains("VALIDATION_ERROR");
    assertThat(seen).isEmpty();
  }

  @Test
  void onlyWhatPassesIsFollowed() {
    var picky = new Application("picky");
    picky
        .consumer("ring")
        .on(TaskClaimed.class)
        .when(received -> received.event().taskId().equals("b"))
        .handle(effect -> Outcome.done(""));
    try (var other = new TestDriver(picky, database.dataSource(), clock, state)) {
      other.arrives(Kitchen.claimed(1, "a"));
      other.arrives(Kitchen.claimed(2, "b"));

      assertThat(other.attempts()).containsExactly("ring emp-2 done ");
    }
  }

  @Test
  void aConsumerWhoseFilterFailsHoldsNoOtherUp() {
    var two = new Application("two");
    two.consumer("broken")
        .on(TaskClaimed.class)
        .when(
            received -> {
              throw new IllegalStateException("oops");
            })
        .handle(effect -> Outcome.done(""));
    two.consumer("ring").on(TaskClaimed.class).handle(effect -> Outcome.done(""));
    try (var other = new TestDriver(two, database.dataSource(), clock, state)) {
      other.arrives(Kitchen.claimed(1, "a"));

      assertThat(other.dead())
          .containsExactly("broken 0 its when or lane failed: IllegalStateException: oops");
      assertThat(other.attempts()).containsExactly("ring emp-1 done ");
    }
  }

  @Test
  void aTypeOfALaterVersionIsADeadLetter() {
    driver.arrives(Kitchen.test(Kitchen.ofType(Kitchen.claimed(1, "a"), "kitchen.task.eaten")));

    assertThat(driver.dead())
        .singleElement()
        .asString()
        .contains("kitchen.task.eaten is not in the catalogue of this version");
  }

  @Test
  void whatIsCarriedOutButNotRecordedIsOnlyRecordedAgain() {
    var other = new Application("other");
    other
        .consumer("ring")
        .on(TaskClaimed.class)
        .retry(Backoff.schedule("5s").jitter(0))
        .handle(
            effect -> {
              seen.add("rung");
              database.execute("alter table effect_done rename to effect_hidden");
              return Outcome.done("rung");
            });
    try (var recording = new TestDriver(other, database.dataSource(), clock, state)) {
      recording.arrives(Kitchen.claimed(1, "a"));
      recording.passes(Duration.ofSeconds(6));
      recording.passes(Duration.ofMinutes(2));
      assertThat(recording.dead()).isEmpty();
      database.execute("alter table effect_hidden rename to effect_done");
      recording.passes(Duration.ofMinutes(2));

      assertThat(recording.attempts()).endsWith("ring emp-1 done rung");
      assertThat(seen).containsExactly("rung");
      assertThat(database.count("select count(*) from effect_done")).isOne();
    }
  }

  @Test
  void whatWaitsBehindOthersDoesNotAge() {
    var other = new Application("other");
    other
        .consumer("ring")
        .on(TaskClaimed.class)
        .retry(Backoff.schedule("5s*99").jitter(0).forAtMost(Duration.ofSeconds(12)))
        .handle(effect -> Outcome.retry("busy"));
    try (var aging = new TestDriver(other, database.dataSource(), clock, state)) {
      aging.arrives(Kitchen.claimed(1, "a"));
      aging.arrives(Kitchen.claimed(2, "a"));
      for (int i = 0; i < 5; i++) {
        aging.passes(Duration.ofSeconds(6));
      }

      assertThat(aging.dead())
          .as("the second waited for 12 s, and is given as many attempts all the same")
          .containsExactly(
              "ring 3 given up after 3 attempts: busy", "ring 4 given up after 4 attempts: busy");
    }
  }

  @Test
  void ofALongLaneLittleIsInMemoryAndAllOfItComesInOrder() {
    answers.add(Outcome.retry("busy"));
    driver.arriveAll(IntStream.range(0, 700).mapToObj(i -> Kitchen.claimed(i, "a")).toList());
    driver.passes(Duration.ofSeconds(6));
    Await.until(
        "all are done",
        () -> {
          driver.passes(Duration.ofMillis(10));
          return driver.pending() == 0;
        });

    assertThat(seen.subList(1, seen.size()))
        .containsExactlyElementsOf(
            IntStream.range(0, 700).mapToObj(i -> "emp-" + i + (i == 0 ? "#2" : "#1")).toList());
  }

  private static Outcome fail(Throwable cause) throws Exception {
    if (cause instanceof Error error) {
      throw error;
    }
    throw (Exception) cause;
  }
}
