package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.KitchenEvent.TaskReleased;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a registration says is what the processor does; in Streams' own test driver. */
class RegistrationIT {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  private final SettableClock clock = new SettableClock(NOON);
  private final List<String> seen = new ArrayList<>();
  private final Set<String> keys = new TreeSet<>();
  private final Set<String> free = new HashSet<>();
  private final Set<String> broken = new HashSet<>();
  private final List<String> machines = new ArrayList<>();
  private Runnable looked = () -> {};
  private final Application application = new Application("kitchen");
  private TestDatabase database;
  private Optional<TestDriver> driver = Optional.empty();

  @TempDir private Path state;

  @BeforeEach
  void migrate() throws SQLException {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
  }

  @AfterEach
  void close() {
    driver().close();
    database.close();
  }

  private void open() {
    driver = Optional.of(new TestDriver(application, database.dataSource(), clock, state));
  }

  private TestDriver driver() {
    return driver.orElseThrow();
  }

  private void arrives(int number, String task) {
    driver().arrives(Kitchen.claimed(number, task));
  }

  @Test
  void anEffectWithADelayWaitsForItAndHoldsItsLane() {
    application
        .consumer("remind")
        .on(TaskClaimed.class)
        .delay(Duration.ofMinutes(10))
        .handle(
            effect -> {
              seen.add(effect.event().employeeId());
              return Outcome.done("reminded");
            });
    open();
    arrives(1, "a");
    driver().passes(Duration.ofMinutes(6));
    arrives(2, "a");
    assertThat(seen).isEmpty();

    driver().passes(Duration.ofMinutes(5));
    assertThat(seen).containsExactly("emp-1");

    driver().passes(Duration.ofMinutes(6));
    assertThat(seen).containsExactly("emp-1", "emp-2");
  }

  @Test
  void whatNoFurtherTryWouldMendIsDeadAtOnce() {
    application
        .consumer("parse")
        .on(TaskClaimed.class)
        .deadOn(IllegalArgumentException.class)
        .handle(
            effect -> {
              if (effect.event().taskId().equals("a")) {
                throw new NumberFormatException("no number");
              }
              throw new IOException("the line is down");
            });
    open();
    arrives(1, "a");
    arrives(2, "b");

    assertThat(driver().dead())
        .singleElement()
        .asString()
        .startsWith("parse 1 ")
        .contains("no number");
    assertThat(driver().pending()).isEqualTo(1);
  }

  @Test
  void aParkedEffectHoldsItsLaneUntilItsEventComes() {
    takesReleasedTasks();
    arrives(1, "a");
    arrives(2, "a");
    arrives(3, "b");
    driver().passes(Duration.ofMinutes(5));
    assertThat(seen).containsExactly("emp-1#1", "emp-3#1");

    releases(4, "a");
    assertThat(seen).containsExactly("emp-1#1", "emp-3#1", "emp-1#1", "emp-2#1");
    assertThat(driver().attempts())
        .containsExactly(
            "take emp-1 parked a is not free",
            "take emp-3 parked b is not free",
            "take emp-1 done taken",
            "take emp-2 done taken");
    assertThat(driver().pending()).isEqualTo(1);
  }

  @Test
  void whatIsParkedIsLookedAtEveryTenMinutesAndNeverGivenUpForIt() {
    takesReleasedTasks();
    arrives(1, "a");
    for (int i = 0; i < 300; i++) {
      driver().passes(Duration.ofMinutes(10).plusMillis(1));
    }
    assertThat(seen).hasSize(301).containsOnly("emp-1#1");

    free.add("a");
    driver().passes(Duration.ofMinutes(11));
    assertThat(driver().attempts()).endsWith("take emp-1 done taken");
    assertThat(driver().dead()).isEmpty();
  }

  @Test
  void anEventThatComesBetweenTheLookAndTheParkingWakesToo() {
    takesReleasedTasks();
    looked = () -> free.add("a");
    driver().arriveTogether(Kitchen.claimed(1, "a"), Kitchen.released(2, "a"));

    assertThat(driver().attempts())
        .containsExactly("take emp-1 parked a is not free", "take emp-1 done taken");
  }

  @Test
  void anEventAboutAnotherKeyWakesNobody() {
    takesReleasedTasks();
    arrives(1, "a");
    releases(2, "b");

    assertThat(seen).containsExactly("emp-1#1");
  }

  @Test
  void whatWaitsForAnEventThatDoesNotWakeItIsDeadAndSaysWhy() {
    application
        .consumer("take")
        .on(TaskClaimed.class)
        .handle(effect -> Outcome.parked(TaskReleased.class, "a", "not free"));
    open();
    arrives(1, "a");

    assertThat(driver().dead())
        .singleElement()
        .asString()
        .contains("register the consumer with wokenBy(TaskReleased.class), and redrive it");
  }

  private void takesReleasedTasks() {
    application
        .consumer("take")
        .on(TaskClaimed.class)
        .wokenBy(TaskReleased.class)
        .retry(Backoff.schedule("5s").jitter(0).forAtMost(Duration.ofHours(1)))
        .handle(
            effect -> {
              String task = effect.event().taskId();
              seen.add(effect.event().employeeId() + "#" + effect.attempt());
              Outcome outcome =
                  free.contains(task)
                      ? Outcome.done("taken")
                      : Outcome.parked(TaskReleased.class, task, task + " is not free");
              looked.run();
              return outcome;
            });
    open();
  }

  private void releases(int number, String task) {
    free.add(task);
    driver().arrives(Kitchen.released(number, task));
  }

  @Test
  void eachItemHasAnEffectOfItsOwnWithItsOwnTries() {
    pokesMachines("m1", "m2");
    broken.add("m1");
    arrives(1, "a");
    arrives(2, "a");
    assertThat(seen).as("m1 holds up its own lane alone").containsExactly("m1", "m2", "m2");

    broken.clear();
    driver().passes(Duration.ofSeconds(6));
    assertThat(seen).containsExactly("m1", "m2", "m2", "m1", "m1");
    assertThat(keys)
        .containsExactly(
            Kitchen.id(1) + ":poke:m1",
            Kitchen.id(1) + ":poke:m2",
            Kitchen.id(2) + ":poke:m1",
            Kitchen.id(2) + ":poke:m2");
    assertThat(driver().pending()).isZero();
  }

  @Test
  void aRepeatIsForTheItemsThatWereNamedFirst() {
    pokesMachines("m1", "m2");
    arrives(1, "a");
    machines.add("m3");
    driver().arrives(Kitchen.withSeq(Kitchen.claimed(1, "a"), 2));

    assertThat(seen).containsExactly("m1", "m2");
    assertThat(driver().attempts()).contains("poke emp-1 skipped done before");
  }

  @Test
  void withoutItemsThereIsNothingToDo() {
    pokesMachines();
    arrives(1, "a");

    assertThat(driver().attempts()).containsExactly("poke emp-1 done 0 items");
    assertThat(driver().pending()).isZero();
  }

  @Test
  void aBlankItemIsADeadLetter() {
    pokesMachines("m1", " ");
    arrives(1, "a");

    assertThat(driver().dead())
        .singleElement()
        .asString()
        .contains("2 items, of which 1 are blank");
    assertThat(seen).isEmpty();
  }

  private void pokesMachines(String... ids) {
    machines.addAll(List.of(ids));
    application
        .consumer("poke")
        .on(TaskClaimed.class)
        .each(received -> machines)
        .retry(Backoff.schedule("5s*9").jitter(0))
        .handle(
            effect -> {
              seen.add(effect.item());
              keys.add(effect.idempotencyKey());
              return broken.contains(effect.item())
                  ? Outcome.retry("no answer")
                  : Outcome.done("poked");
            });
    open();
  }

  @Test
  void whatFollowsFromADeathIsAnEffectItself() {
    var refusals = new ArrayDeque<>(List.of("first", "second"));
    application
        .consumer("ring")
        .on(TaskClaimed.class)
        .onDead(
            effect -> {
              if (!refusals.isEmpty()) {
                return Outcome.retry(refusals.poll());
              }
              seen.add(effect.lastError().orElseThrow());
              var released = new TaskReleased(effect.event().taskId(), "nobody", NOON);
              return new Commit(
                  transaction -> {
                    transaction.append(released, NOON);
                    return Outcome.done("told");
                  });
            })
        .handle(effect -> Outcome.dead("the bell is gone"));
    open();
    arrives(1, "a");
    driver().passes(Duration.ofMinutes(1));
    driver().passes(Duration.ofMinutes(1));

    assertThat(driver().dead()).containsExactly("ring 1 the bell is gone");
    assertThat(driver().attempts())
        .containsExactly(
            "ring emp-1 dead the bell is gone",
            "ring.onDead emp-1 retry first",
            "ring.onDead emp-1 retry second",
            "ring.onDead emp-1 done told");
    assertThat(database.strings("select type from outbox_event"))
        .containsExactly("kitchen.task.released");
    assertThat(driver().pending()).isZero();
  }

  @Test
  void aDestinationThatDoesNotAnswerIsLeftAloneAndCostsThoseThatWaitNoTry() {
    broken.add("m1");
    application
        .consumer("forward")
        .on(TaskClaimed.class)
        .destination(effect -> effect.event().taskId().substring(0, 2))
        .retry(Backoff.schedule("1h*9").jitter(0))
        .handle(
            effect -> {
              seen.add(effect.event().taskId() + "#" + effect.attempt());
              return broken.contains(effect.event().taskId().substring(0, 2))
                  ? Outcome.retry("refused")
                  : Outcome.done("forwarded");
            });
    open();
    for (int i = 1; i <= 8; i++) {
      arrives(i, "m1-" + i);
    }
    arrives(9, "m2-1");
    assertThat(seen).containsExactly("m1-1#1", "m1-2#1", "m1-3#1", "m1-4#1", "m1-5#1", "m2-1#1");
    assertThat(driver().attempts())
        .contains("forward emp-6 held m1 does not answer, and is left alone for a while");

    driver().passes(Duration.ofSeconds(6));
    assertThat(seen).as("one finds out").endsWith("m2-1#1", "m1-6#1");
    driver().passes(Duration.ofSeconds(6));
    assertThat(seen).hasSize(7);

    broken.clear();
    driver().passes(Duration.ofSeconds(10));
    assertThat(seen).endsWith("m1-6#1", "m1-7#1", "m1-8#1");
    assertThat(driver().pending()).as("those that failed wait for their hour").isEqualTo(6);
  }
}
