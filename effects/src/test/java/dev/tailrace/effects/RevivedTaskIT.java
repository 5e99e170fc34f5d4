package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.KitchenEvent.TaskReleased;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Streams closes and opens a task with one and the same processor after an error: nothing may be
 * left of its former life.
 */
class RevivedTaskIT {

  private final SettableClock clock = new SettableClock();
  private final List<Integer> attempts = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();
  private TestDatabase database;
  private RevivedTask task;

  @BeforeEach
  void open() throws SQLException {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    var application = new Application("kitchen");
    application
        .consumer("ring")
        .on(TaskClaimed.class)
        .formerly("bell")
        .handle(
            effect -> {
              attempts.add(effect.attempt());
              keys.add(effect.idempotencyKey());
              return Outcome.done("");
            });
    application
        .consumer("tell")
        .on(TaskReleased.class)
        .retry(Backoff.schedule("5s*9").jitter(0))
        .batchAll()
        .handleBatch(
            batch -> {
              keys.add(batch.size() + " " + batch.idempotencyKey());
              return batch.size() > 1 && keys.size() == 1
                  ? Outcome.retry("busy")
                  : Outcome.done("");
            });
    task = new RevivedTask(application, database.dataSource(), clock);
  }

  @AfterEach
  void close() {
    task.close();
    database.close();
  }

  private void arrives(int number) {
    task.arrives(Kitchen.claimed(number, "a"));
  }

  private void turns() {
    task.turns(Duration.ofSeconds(1));
  }

  @Test
  void anOutcomeThatWasNotRecordedDoesNotStopItsLane() {
    arrives(1);
    assertThat(attempts).hasSize(1);
    task.revives();
    arrives(2);
    turns();
    turns();

    assertThat(attempts)
        .as("the first is looked at again and found done, then the second runs")
        .hasSize(2);
    assertThat(database.count("select count(*) from effect_done")).isEqualTo(2);
    assertThat(task.pending()).isZero();
  }

  @Test
  void aBatchThatFailedIsCalledAgainAsItWas() {
    task.closes();
    task.reopens();
    task.arrives(Kitchen.released(1, "a"));
    task.arrives(Kitchen.released(2, "b"));
    task.arrives(Kitchen.released(3, "a"));
    task.commits();
    turns();
    turns();
    assertThat(keys).singleElement().asString().startsWith("3 ");

    task.revives();
    task.arrives(Kitchen.released(4, "a"));
    task.arrives(Kitchen.released(5, "c"));
    for (int i = 0; i < 8; i++) {
      turns();
    }
    assertThat(keys).hasSize(4);
    assertThat(keys.get(1)).startsWith("1 ");
    assertThat(keys.get(2)).isEqualTo(keys.get(0));
    assertThat(keys.get(3)).startsWith("1 ");
    assertThat(task.pending()).isZero();
  }

  @Test
  void whatWasPendingUnderAFormerNameGoesOnInItsPlaceUnderTheSameIdempotencyKey() {
    Envelope first = Kitchen.claimed(1, "a");
    var left = new EffectKey("bell", "a", first.seq(), first.id(), "");
    task.left(left, first);
    task.revives();
    arrives(2);
    turns();
    turns();

    assertThat(keys).containsExactly(Kitchen.id(1) + ":bell", Kitchen.id(2) + ":ring");
    assertThat(task.pending()).isZero();
  }

  @Test
  void whatWasDoneUnderAFormerNameIsNotDoneAgain() {
    database.execute(
        "insert into effect_done (event_id, consumer, outcome) values ('%s', 'bell', 'done')"
            .formatted(Kitchen.id(1)));
    arrives(1);
    turns();

    assertThat(keys).isEmpty();
    assertThat(task.pending()).isZero();
  }

  @Test
  void aPauseUnderAFormerNameIsThatOfTheConsumer() {
    var pause = new Command.Pause(Scope.ofConsumer("bell"), "ann", "repairs");
    task.asked(pause);
    arrives(1);
    turns();

    assertThat(keys).isEmpty();
  }

  @Test
  void whatIsPausedStaysPaused() {
    var pause = new Command.Pause(Scope.ofConsumer("ring"), "ann", "repairs");
    task.asked(pause);
    task.revives();
    arrives(1);
    turns();

    assertThat(attempts).isEmpty();
    assertThat(task.pending()).isOne();
  }

  @Test
  void aTaskHasItsShareOfTheRatesWhileItIsOpen() {
    assertThat(task.rates().tasks()).isOne();
    task.closes();
    assertThat(task.rates().tasks()).isZero();

    task.begins();
    assertThat(task.rates().tasks()).isOne();
  }

  @Test
  void whatIsPendingIsCountedWhileItsTaskIsOpenAndAgesOverARestart() {
    Instant came = clock.instant();
    arrives(1);
    clock.advance(Duration.ofMinutes(5));
    assertThat(task.watch().open()).hasSize(1);
    task.closes();
    assertThat(task.watch().open()).isEmpty();

    task.reopens();
    assertThat(task.watch().open())
        .singleElement()
        .satisfies(
            its -> {
              assertThat(its.tally().pending("ring")).isOne();
              assertThat(its.tally().oldest("ring")).contains(came);
              assertThat(its.tally().lanes("ring", Standing.READY)).isOne();
            });
  }

  @Test
  void whatWasRolledBackIsForgotten() {
    arrives(1);
    task.closes();
    task.forgets(new EffectKey("ring", "a", "%019d".formatted(1), Kitchen.id(1), ""));
    task.begins();
    turns();

    arrives(1);
    turns();
    assertThat(task.pending()).isZero();
  }
}
