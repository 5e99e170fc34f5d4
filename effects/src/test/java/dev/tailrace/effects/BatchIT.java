package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Effects go in batches, and what becomes of each is its own. */
class BatchIT {

  @RegisterExtension private final Telling telling = new Telling();

  @TempDir private Path state;

  @Test
  void effectsOfManyLanesAndSeveralOfOneGoInOneCall() {
    telling.opens(state, telling.tell("5s*9").batchAll());
    telling.comeTogether(
        Kitchen.claimed(1, "a"),
        Kitchen.claimed(2, "a"),
        Kitchen.claimed(3, "a"),
        Kitchen.claimed(4, "b"),
        Kitchen.claimed(5, "c"),
        Kitchen.claimed(6, "c"));

    assertThat(telling.calls)
        .as("heads, and then in turn those behind them")
        .containsExactly("1 4 5 2 6 3");
    assertThat(telling.driver().attempts())
        .containsExactly(
            "tell emp-1 done told",
            "tell emp-4 done told",
            "tell emp-5 done told",
            "tell emp-2 done told",
            "tell emp-6 done told",
            "tell emp-3 done told");
    assertThat(telling.recorded()).isEqualTo(6);
    assertThat(telling.driver().pending()).isZero();
  }

  @Test
  void oneThatComesAloneWaitsForNoOther() {
    telling.opens(state, telling.tell("5s*9").batchAll());
    telling.driver().arrives(Kitchen.claimed(1, "a"));
    telling.driver().arrives(Kitchen.claimed(2, "b"));

    assertThat(telling.calls).containsExactly("1", "2");
  }

  @Test
  void aBatchHasNoMoreEffectsThanItMay() {
    telling.opens(state, telling.tell("5s*9").batchAll().atMost(2));
    telling.comeTogether(
        Kitchen.claimed(1, "a"),
        Kitchen.claimed(2, "a"),
        Kitchen.claimed(3, "a"),
        Kitchen.claimed(4, "b"));

    assertThat(telling.calls).containsExactly("1 4", "2 3");
  }

  @Test
  void aBatchHasNoMoreBytesThanItMayAndOneThatHasMoreGoesAlone() {
    telling.opens(state, telling.tell("5s*9").batchAll().atMostBytes(100, BatchIT::bytes));
    telling.comeTogether(
        Kitchen.claimed(40, "a"),
        Kitchen.claimed(60, "b"),
        Kitchen.claimed(70, "c"),
        Kitchen.claimed(71, "c"),
        Kitchen.claimed(500, "d"),
        Kitchen.claimed(30, "e"));

    assertThat(telling.calls).containsExactly("40 60", "70", "500", "30", "71");
  }

  /** As many as its number. */
  private static long bytes(Received<TaskClaimed> received) {
    return Long.parseLong(received.event().employeeId().substring("emp-".length()));
  }

  @Test
  void ofEachScopeABatchIsUnderWay() {
    telling.opens(
        state, telling.tell("5s*9").batchBy(received -> received.event().taskId().substring(0, 1)));
    telling.comeTogether(
        Kitchen.claimed(1, "a-1"),
        Kitchen.claimed(2, "b-1"),
        Kitchen.claimed(3, "a-2"),
        Kitchen.claimed(4, "b-1"));

    assertThat(telling.calls).containsExactly("1 3", "2 4");
  }

  @Test
  void whatHasGatheredGivesWayToOneOfItsLaneThatComesBeforeIt() {
    telling.opens(state, telling.tell("5s*9").laneAcross(Received::tenantId).batchAll());
    telling.comeTogether(Kitchen.claimed(5, "a"), Kitchen.claimed(3, "b"));

    assertThat(telling.calls).containsExactly("3 5");
  }

  @Test
  void aRefusedBatchIsCutInHalvesDownToTheOneThatIsRefused() {
    telling
        .tell("5s*9")
        .batchAll()
        .handleBatch(
            batch -> {
              HandledBatch told = telling.told(batch);
              return batch.effects().stream().anyMatch(it -> Telling.number(it).equals("3"))
                  ? new Refused("413: too large")
                  : told;
            });
    telling.open(state);
    telling.comeTogether(
        Kitchen.claimed(1, "a"),
        Kitchen.claimed(2, "b"),
        Kitchen.claimed(3, "c"),
        Kitchen.claimed(4, "d"),
        Kitchen.claimed(5, "e"),
        Kitchen.claimed(6, "a"));

    assertThat(telling.calls)
        .containsExactly("1 2 3 4 5 6", "1 2 3", "1", "2 3", "2", "3", "4 5 6");
    assertThat(telling.driver().dead()).containsExactly("tell 1 413: too large");
    assertThat(telling.driver().attempts())
        .contains(
            "tell emp-5 retry 6 were refused together, and are tried in halves: 413: too large");
    assertThat(telling.recorded()).isEqualTo(5);
    assertThat(telling.driver().pending()).isZero();
  }

  @Test
  void whatIsThrownThatNoFurtherTryWouldMendIsARefusal() {
    telling.answers.add(
        batch -> {
          throw new IllegalArgumentException("no number");
        });
    telling.answers.add(batch -> Outcome.done("told"));
    telling.answers.add(
        batch -> {
          throw new IllegalArgumentException("no number");
        });
    telling.opens(state, telling.tell("5s*9").deadOn(IllegalArgumentException.class).batchAll());
    telling.comeTogether(Kitchen.claimed(1, "a"), Kitchen.claimed(2, "b"));

    assertThat(telling.calls).containsExactly("1 2", "1", "2");
    assertThat(telling.driver().dead())
        .containsExactly("tell 1 IllegalArgumentException: no number");
  }

  @Test
  void whatIsAnsweredForEachIsItsOwn() {
    telling.answersFor(Set.of("2"), Outcome.dead("nobody there"));
    telling.opens(state, telling.tell("5s*9").batchAll());
    telling.comeTogether(
        Kitchen.claimed(1, "a"),
        Kitchen.claimed(2, "a"),
        Kitchen.claimed(3, "a"),
        Kitchen.claimed(4, "b"));

    assertThat(telling.calls).hasSize(1);
    assertThat(telling.driver().dead()).containsExactly("tell 1 nobody there");
    assertThat(telling.recorded()).as("a dead one lets its lane go on").isEqualTo(3);
    assertThat(telling.driver().pending()).isZero();
  }

  @Test
  void ofALaneNothingPassesTheOneThatIsTriedAgain() {
    telling.answersFor(Set.of("2"), Outcome.retry("busy"));
    telling.opens(state, telling.tell("5s*9").batchAll());
    telling.comeTogether(
        Kitchen.claimed(1, "a"),
        Kitchen.claimed(2, "a"),
        Kitchen.claimed(3, "a"),
        Kitchen.claimed(4, "b"));
    assertThat(telling.driver().pending()).as("3 was told, and waits for 2").isEqualTo(2);

    telling.passes(6);
    assertThat(telling.calls).as("3 is recorded").containsExactly("1 4 2 3", "2#2");
    assertThat(telling.driver().attempts())
        .containsExactly(
            "tell emp-1 done told",
            "tell emp-4 done told",
            "tell emp-2 retry busy",
            "tell emp-3 done told",
            "tell emp-2 done told",
            "tell emp-3 skipped done before");
    assertThat(telling.driver().pending()).isZero();
  }

  @Test
  void whatIsBehindOneThatIsTriedAgainDiesNotBeforeIt() {
    telling.answers.add(
        batch ->
            batch.each(
                effect ->
                    Telling.number(effect).equals("1")
                        ? Outcome.retry("busy")
                        : Outcome.dead("no")));
    telling.opens(state, telling.tell("5s*9").batchAll());
    telling.comeTogether(Kitchen.claimed(1, "a"), Kitchen.claimed(2, "a"));
    assertThat(telling.driver().dead()).isEmpty();

    telling.answersFor(Set.of("2"), Outcome.dead("no"));
    telling.passes(6);
    assertThat(telling.calls).containsExactly("1 2", "1#2 2");
    assertThat(telling.driver().dead()).containsExactly("tell 1 no");
    assertThat(telling.driver().pending()).isZero();
  }

  @Test
  void anEventThatComesTwiceIsOnceInABatch() {
    telling.opens(state, telling.tell("5s*9").batchAll());
    telling.comeTogether(Kitchen.claimed(1, "a"), Kitchen.withSeq(Kitchen.claimed(1, "a"), 2));

    assertThat(telling.calls).containsExactly("1");
    assertThat(telling.driver().attempts())
        .containsExactly("tell emp-1 done told", "tell emp-1 skipped done before");
  }

  @Test
  void aPayloadThatDoesNotFitItsTypeIsDeadAndTheOthersGo() {
    telling.opens(state, telling.tell("5s*9").batchBy(Received::tenantId));
    telling.comeTogether(
        Kitchen.withPayload(Kitchen.claimed(1, "a"), "{\"claimedAt\":\"noon\"}"),
        Kitchen.claimed(2, "b"));

    assertThat(telling.driver().dead()).singleElement().asString().contains("VALIDATION_ERROR");
    assertThat(telling.calls).containsExactly("2");
  }

  @Test
  void oneWhoseScopeFailsIsDeadAndHoldsNoOther() {
    telling.opens(
        state,
        telling
            .tell("5s*9")
            .batchBy(
                received -> {
                  if (received.event().taskId().equals("a")) {
                    throw new IllegalStateException("oops");
                  }
                  return "all";
                }));
    telling.comeTogether(Kitchen.claimed(1, "a"), Kitchen.claimed(2, "b"));

    assertThat(telling.calls).containsExactly("2");
    assertThat(telling.driver().dead())
        .containsExactly("tell 1 its batchBy or atMostBytes failed: IllegalStateException: oops");
    assertThat(telling.driver().pending()).isZero();
  }

  @Test
  void eachEffectOfABatchCountsForItsRate() {
    telling.opens(state, telling.tell("5s*9").rate(Rate.perSecond(1).burst(1)).batchAll());
    telling.threeCome();
    telling.driver().arrives(Kitchen.claimed(4, "c"));
    telling.driver().arrives(Kitchen.claimed(5, "d"));
    telling.passes(2);
    assertThat(telling.calls).containsExactly("1 2 3");

    telling.passes(1);
    assertThat(telling.calls).as("who waits waits together").containsExactly("1 2 3", "4 5");
    assertThat(telling.driver().pending()).isZero();
  }

  @Test
  void theItemsOfEventsGoInBatches() {
    telling.opens(state, telling.tell("5s*9").each(received -> List.of("-x", "-y")).batchAll());
    telling.comeTogether(Kitchen.claimed(1, "a"), Kitchen.claimed(2, "b"));

    assertThat(String.join(" ", telling.calls).split(" "))
        .containsExactlyInAnyOrder("1-x", "1-y", "2-x", "2-y");
    assertThat(telling.calls).hasSizeLessThan(4);
    assertThat(telling.driver().pending()).isZero();
  }

  @Test
  void aDriverOfConsumersHandsSeveralInAtOnce() {
    var application = new Application("tales");
    application
        .consumer("tell")
        .on(TaskClaimed.class)
        .batchAll()
        .handleBatch(batch -> Outcome.done("one of " + batch.size()));
    try (var tales = EffectsDriver.of(application, telling.database().dataSource(), state)) {
      tales.arriveTogether(
          new TaskClaimed("a", "emp-1", DrivenApplication.NOON),
          new TaskClaimed("b", "emp-2", DrivenApplication.NOON));

      assertThat(tales.done("tell")).containsExactly("one of 2", "one of 2");
    }
  }
}
