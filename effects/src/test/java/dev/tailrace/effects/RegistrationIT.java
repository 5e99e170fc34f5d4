package dev.tailrace.effects;

import static dev.tailrace.effects.DrivenApplication.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.KitchenEvent.TaskReleased;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a registration says is what the processor does. */
class RegistrationIT {

  @RegisterExtension private final DrivenApplication driven = new DrivenApplication();
  private final List<String> seen = new ArrayList<>();
  private final Set<String> keys = new TreeSet<>();
  private final Set<String> broken = new HashSet<>();
  private final List<String> machines = new ArrayList<>();

  @TempDir private Path state;

  private void arrives(int number, String task) {
    driven.driver().arrives(Kitchen.claimed(number, task));
  }

  @Test
  void anEffectWithADelayWaitsForItAndHoldsItsLane() {
    driven
        .consumer("remind")
        .on(TaskClaimed.class)
        .delay(Duration.ofMinutes(10))
        .handle(
            effect -> {
              seen.add(effect.event().employeeId());
              return Outcome.done("reminded");
            });
    driven.open(state);
    arrives(1, "a");
    driven.driver().passes(Duration.ofMinutes(6));
    arrives(2, "a");
    assertThat(seen).isEmpty();

    driven.driver().passes(Duration.ofMinutes(5));
    assertThat(seen).containsExactly("emp-1");

    driven.driver().passes(Duration.ofMinutes(6));
    assertThat(seen).containsExactly("emp-1", "emp-2");
  }

  @Test
  void whatNoFurtherTryWouldMendIsDeadAtOnce() {
    driven
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
    driven.open(state);
    arrives(1, "a");
    arrives(2, "b");

    assertThat(driven.driver().dead())
        .singleElement()
        .asString()
        .startsWith("parse 1 ")
        .contains("no number");
    assertThat(driven.driver().pending()).isEqualTo(1);
  }

  @Test
  void eachItemHasAnEffectOfItsOwnWithItsOwnTries() {
    pokesMachines("m1", "m2");
    broken.add("m1");
    arrives(1, "a");
    arrives(2, "a");
    assertThat(seen).as("m1 holds up its own lane alone").containsExactly("m1", "m2", "m2");

    broken.clear();
    driven.driver().passes(Duration.ofSeconds(6));
    assertThat(seen).containsExactly("m1", "m2", "m2", "m1", "m1");
    assertThat(keys)
        .containsExactly(
            Kitchen.id(1) + ":poke:m1",
            Kitchen.id(1) + ":poke:m2",
            Kitchen.id(2) + ":poke:m1",
            Kitchen.id(2) + ":poke:m2");
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void aRepeatIsForTheItemsThatWereNamedFirst() {
    pokesMachines("m1", "m2");
    arrives(1, "a");
    machines.add("m3");
    driven.driver().arrives(Kitchen.withSeq(Kitchen.claimed(1, "a"), 2));

    assertThat(seen).containsExactly("m1", "m2");
    assertThat(driven.driver().attempts()).contains("poke emp-1 skipped done before");
  }

  @Test
  void withoutItemsThereIsNothingToDo() {
    pokesMachines();
    arrives(1, "a");

    assertThat(driven.driver().attempts()).containsExactly("poke emp-1 done 0 items");
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void aBlankItemIsADeadLetter() {
    pokesMachines("m1", " ");
    arrives(1, "a");

    assertThat(driven.driver().dead())
        .singleElement()
        .asString()
        .contains("2 items, of which 1 are blank");
    assertThat(seen).isEmpty();
  }

  private void pokesMachines(String... ids) {
    machines.addAll(List.of(ids));
    driven
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
    driven.open(state);
  }

  @Test
  void whatFollowsFromADeathIsAnEffectItself() {
    var refusals = new ArrayDeque<>(List.of("first", "second"));
    driven
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
    driven.open(state);
    arrives(1, "a");
    driven.driver().passes(Duration.ofMinutes(1));
    driven.driver().passes(Duration.ofMinutes(1));

    assertThat(driven.driver().dead()).containsExactly("ring 1 the bell is gone");
    assertThat(driven.driver().attempts())
        .containsExactly(
            "ring emp-1 dead the bell is gone",
            "ring.onDead emp-1 retry first",
            "ring.onDead emp-1 retry second",
            "ring.onDead emp-1 done told");
    assertThat(driven.database().strings("select type from outbox_event"))
        .containsExactly("kitchen.task.released");
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void whatIsIdempotentByItsRowRunsAgainAndIsRecordedNowhereElse() {
    projects();
    arrives(2, "a");
    arrives(1, "a");
    arrives(2, "a");

    assertThat(seen).containsExactly("emp-2", "emp-1", "emp-2");
    assertThat(driven.database().strings("select concat_ws(' ', task, employee) from board"))
        .containsExactly("a emp-2");
    assertThat(driven.driver().attempts())
        .containsExactly(
            "project emp-2 done 1 row",
            "project emp-1 skipped a later one was there",
            "project emp-2 skipped a later one was there");
    assertThat(driven.database().count("select count(*) from effect_done")).isZero();
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void whatIsIdempotentByItsRowIsNotLookedUpEither() {
    projects();
    driven
        .database()
        .execute(
            "insert into effect_done (event_id, consumer, outcome) values (?, 'project', 'done')",
            Kitchen.id(1));
    arrives(1, "a");

    assertThat(driven.driver().attempts()).containsExactly("project emp-1 done 1 row");
  }

  private void projects() {
    driven.database().execute("create table board (task text primary key, employee text, seq int)");
    driven
        .consumer("project")
        .on(TaskClaimed.class)
        .idempotentByRow()
        .handle(
            effect -> {
              seen.add(effect.event().employeeId());
              return new Commit(transaction -> upsert(transaction, effect));
            });
    driven.open(state);
  }

  private static Outcome upsert(Transaction transaction, Effect<TaskClaimed> effect)
      throws SQLException {
    try (PreparedStatement upsert =
        transaction
            .connection()
            .prepareStatement(
                """
                insert into board values (?, ?, ?) on conflict (task) do update
                set employee = excluded.employee, seq = excluded.seq where board.seq < excluded.seq""")) {
      upsert.setString(1, effect.event().taskId());
      upsert.setString(2, effect.event().employeeId());
      upsert.setInt(3, Integer.parseInt(effect.envelope().seq()));
      return upsert.executeUpdate() == 1
          ? Outcome.done("1 row")
          : Outcome.skipped("a later one was there");
    }
  }
}
