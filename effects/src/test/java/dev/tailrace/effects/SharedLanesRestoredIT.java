package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is pending in shared lanes outlives its task, and the version that shared them so. */
class SharedLanesRestoredIT {

  private static final String SHARED = "subscription";

  private final SettableClock clock = new SettableClock();
  private final List<String> seen = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();
  private final Set<String> broken = new HashSet<>(Set.of("sync", "customer"));
  private TestDatabase database;

  @BeforeEach
  void open() throws SQLException {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
  }

  @AfterEach
  void close() {
    database.close();
  }

  private RevivedTask task(Application application) {
    return new RevivedTask(application, database.dataSource(), clock);
  }

  /** Of these consumers, all of which share lanes under one name. */
  private Application sharing(String name, String... consumers) {
    var application = new Application("kitchen");
    for (String consumer : consumers) {
      register(application, consumer).sharing(name).handle(this::answer);
    }
    return application;
  }

  private static Registration<TaskClaimed> register(Application application, String consumer) {
    return application
        .consumer(consumer)
        .on(TaskClaimed.class)
        .retry(Backoff.schedule("5s*9").jitter(0));
  }

  private Outcome answer(Effect<TaskClaimed> effect) {
    seen.add(effect.consumer() + " " + effect.event().employeeId());
    keys.add(effect.idempotencyKey());
    return broken.contains(effect.consumer()) ? Outcome.retry("busy") : Outcome.done("done");
  }

  /** Two events are pending, of which the first has been tried. */
  private void arrivesTwice(RevivedTask task) {
    task.arrives(Kitchen.claimed(1, "a"));
    task.arrives(Kitchen.claimed(2, "a"));
    assertThat(task.pending()).isEqualTo(4);
    broken.clear();
    seen.clear();
    keys.clear();
  }

  @Test
  void aSharedLaneGoesOnInItsOrder() {
    try (var task = task(sharing(SHARED, "sync", "link"))) {
      arrivesTwice(task);
      task.revives(sharing(SHARED, "sync", "link"));
      task.passes(Duration.ofSeconds(6));

      assertThat(seen).containsExactly("sync emp-1", "link emp-1", "sync emp-2", "link emp-2");
      assertThat(task.pending()).isZero();
    }
  }

  @Test
  void itGoesOnInTheOrderInWhichTheConsumersAreRegisteredNow() {
    try (var task = task(sharing(SHARED, "sync", "link"))) {
      arrivesTwice(task);
      task.revives(sharing(SHARED, "link", "sync"));
      task.passes(Duration.ofSeconds(6));

      assertThat(seen).containsExactly("link emp-1", "sync emp-1", "link emp-2", "sync emp-2");
    }
  }

  @Test
  void whatWasPendingBeforeLanesWereSharedGoesIntoThem() {
    try (var task = task(sharing(SHARED, "sync", "link"))) {
      for (int number = 1; number <= 2; number++) {
        Envelope envelope = Kitchen.claimed(number, "a");
        for (String consumer : List.of("link", "sync")) {
          task.left(new EffectKey(consumer, "a", envelope.seq(), envelope.id(), ""), envelope);
        }
      }
      broken.clear();
      task.revives(sharing(SHARED, "sync", "link"));
      task.arrives(Kitchen.claimed(3, "a"));
      task.passes(Duration.ofSeconds(6));

      assertThat(seen)
          .containsExactly(
              "sync emp-1", "link emp-1", "sync emp-2", "link emp-2", "sync emp-3", "link emp-3");
    }
  }

  @Test
  void whatWasSharedGoesOnInLanesOfItsOwnAndUnderAnotherName() {
    try (var task = task(sharing(SHARED, "sync", "link"))) {
      arrivesTwice(task);
      task.revives(sharing("billing", "sync", "link"));
      assertThat(task.pending()).isEqualTo(4);

      var alone = new Application("kitchen");
      register(alone, "link").handle(this::answer);
      register(alone, "sync").handle(this::answer);
      broken.add("sync");
      task.revives(alone);
      task.passes(Duration.ofSeconds(6));
      assertThat(seen).containsExactly("link emp-1", "sync emp-1", "link emp-2");
      assertThat(task.pending()).isEqualTo(2);
    }
  }

  @Test
  void aConsumerThatIsRenamedKeepsItsPlaceAndItsIdempotencyKeys() {
    try (var task = task(sharing(SHARED, "customer", "link"))) {
      arrivesTwice(task);
      var renamed = new Application("kitchen");
      register(renamed, "sync").sharing(SHARED).formerly("customer").handle(this::answer);
      register(renamed, "link").sharing(SHARED).handle(this::answer);
      task.revives(renamed);
      task.arrives(Kitchen.claimed(3, "a"));
      task.passes(Duration.ofSeconds(6));

      assertThat(keys)
          .containsExactly(
              Kitchen.id(1) + ":customer",
              Kitchen.id(1) + ":link",
              Kitchen.id(2) + ":customer",
              Kitchen.id(2) + ":link",
              Kitchen.id(3) + ":sync",
              Kitchen.id(3) + ":link");
      assertThat(task.pending()).isZero();
    }
  }

  @Test
  void whatAConsumerHasLeftThatThisVersionLacksIsNotTouched() {
    try (var task = task(sharing(SHARED, "sync", "link"))) {
      Envelope envelope = Kitchen.claimed(1, "a");
      var share = Optional.of(new EffectKey.Share(SHARED, 0));
      task.left(new EffectKey("gone", share, "a", envelope.seq(), envelope.id(), ""), envelope);
      broken.clear();
      task.revives(sharing(SHARED, "sync", "link"));
      task.arrives(Kitchen.claimed(2, "a"));
      task.passes(Duration.ofSeconds(6));

      assertThat(seen).containsExactly("sync emp-2", "link emp-2");
      assertThat(task.pending()).isOne();
    }
  }

  @Test
  void norIsItWhenItsLaneIsSoLongThatMostOfItIsInTheStoreAlone() {
    int events = 150;
    try (var task = task(sharing(SHARED, "sync", "link"))) {
      for (int i = 1; i <= events; i++) {
        task.arrives(Kitchen.claimed(i, "a"));
      }
      Envelope late = Kitchen.claimed(events - 5, "a");
      var share = Optional.of(new EffectKey.Share(SHARED, 0));
      task.left(new EffectKey("gone", share, "a", late.seq(), late.id(), ""), late);
      broken.clear();
      seen.clear();
      task.revives(sharing(SHARED, "sync", "link"));
      for (int i = 0; i < events && task.pending() > 1; i++) {
        task.passes(Duration.ofSeconds(6));
      }

      assertThat(task.pending()).isOne();
      assertThat(seen).hasSize(2 * events).endsWith("sync emp-" + events, "link emp-" + events);
    }
  }
}
