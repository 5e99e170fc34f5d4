package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Effects go in batches, and what becomes of each is its own. */
class BatchIT {

  @RegisterExtension private final DrivenApplication driven = new DrivenApplication();

  /** Each call: the numbers of its events, with the attempt of those that were tried before. */
  private final List<String> calls = new ArrayList<>();

  private final List<String> keys = new ArrayList<>();
  private final Deque<Function<Batch<TaskClaimed>, HandledBatch>> answers = new ArrayDeque<>();

  @TempDir private Path state;

  private Application.Registration<TaskClaimed> tell() {
    return driven.consumer("tell").on(TaskClaimed.class).retry(Backoff.schedule("5s*9").jitter(0));
  }

  private void opens(BatchRegistration<TaskClaimed> batches) {
    batches.handleBatch(this::told);
    driven.open(state);
  }

  private HandledBatch told(Batch<TaskClaimed> batch) throws IOException {
    calls.add(batch.effects().stream().map(BatchIT::text).collect(Collectors.joining(" ")));
    keys.add(batch.idempotencyKey());
    return answers.isEmpty() ? Outcome.done("told") : answers.poll().apply(batch);
  }

  private static String text(Effect<TaskClaimed> effect) {
    return number(effect) + (effect.attempt() > 1 ? "#" + effect.attempt() : "");
  }

  private static String number(Effect<TaskClaimed> effect) {
    return effect.event().employeeId().substring("emp-".length()) + effect.item();
  }

  /** Answers so for these, and that the others are told. */
  private void answersFor(Set<String> numbers, Outcome outcome) {
    answers.add(
        batch ->
            batch.each(
                effect -> numbers.contains(number(effect)) ? outcome : Outcome.done("told")));
  }

  private void comeTogether(Envelope... envelopes) {
    driven.driver().arriveAtOnce(envelopes);
  }

  /** Three in two lanes; the third is behind the first. */
  private void threeCome() {
    comeTogether(Kitchen.claimed(1, "a"), Kitchen.claimed(2, "b"), Kitchen.claimed(3, "a"));
  }

  private void passes(int seconds) {
    driven.driver().passes(Duration.ofSeconds(seconds));
  }

  private long recorded() {
    return driven.database().count("select count(*) from effect_done where outcome = 'done'");
  }

  @Test
  void effectsOfManyLanesAndSeveralOfOneGoInOneCall() {
    opens(tell().batchAll());
    comeTogether(
        Kitchen.claimed(1, "a"),
        Kitchen.claimed(2, "a"),
        Kitchen.claimed(3, "a"),
        Kitchen.claimed(4, "b"),
        Kitchen.claimed(5, "c"),
        Kitchen.claimed(6, "c"));

    assertThat(calls)
        .as("heads, and then in turn those behind them")
        .containsExactly("1 4 5 2 6 3");
    assertThat(driven.driver().attempts())
        .containsExactly(
            "tell emp-1 done told",
            "tell emp-4 done told",
            "tell emp-5 done told",
            "tell emp-2 done told",
            "tell emp-6 done told",
            "tell emp-3 done told");
    assertThat(recorded()).isEqualTo(6);
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void oneThatComesAloneWaitsForNoOther() {
    opens(tell().batchAll());
    driven.driver().arrives(Kitchen.claimed(1, "a"));
    driven.driver().arrives(Kitchen.claimed(2, "b"));

    assertThat(calls).containsExactly("1", "2");
  }

  @Test
  void aBatchHasNoMoreEffectsThanItMay() {
    opens(tell().batchAll().atMost(2));
    comeTogether(
        Kitchen.claimed(1, "a"),
        Kitchen.claimed(2, "a"),
        Kitchen.claimed(3, "a"),
        Kitchen.claimed(4, "b"));

    assertThat(calls).containsExactly("1 4", "2 3");
  }

  @Test
  void aBatchHasNoMoreBytesThanItMayAndOneThatHasMoreGoesAlone() {
    opens(tell().batchAll().atMostBytes(100, BatchIT::bytes));
    comeTogether(
        Kitchen.claimed(40, "a"),
        Kitchen.claimed(60, "b"),
        Kitchen.claimed(70, "c"),
        Kitchen.claimed(71, "c"),
        Kitchen.claimed(500, "d"),
        Kitchen.claimed(30, "e"));

    assertThat(calls).containsExactly("40 60", "70", "500", "30", "71");
  }

  /** As many as its number. */
  private static long bytes(Received<TaskClaimed> received) {
    return Long.parseLong(received.event().employeeId().substring("emp-".length()));
  }

  @Test
  void ofEachScopeABatchIsUnderWay() {
    opens(tell().batchBy(received -> received.event().taskId().substring(0, 1)));
    comeTogether(
        Kitchen.claimed(1, "a-1"),
        Kitchen.claimed(2, "b-1"),
        Kitchen.claimed(3, "a-2"),
        Kitchen.claimed(4, "b-1"));

    assertThat(calls).containsExactly("1 3", "2 4");
  }

  @Test
  void aRefusedBatchIsCutInHalvesDownToTheOneThatIsRefused() {
    tell()
        .batchAll()
        .handleBatch(
            batch -> {
              HandledBatch told = told(batch);
              return batch.effects().stream().anyMatch(it -> number(it).equals("3"))
                  ? new Refused("413: too large")
                  : told;
            });
    driven.open(state);
    comeTogether(
        Kitchen.claimed(1, "a"),
        Kitchen.claimed(2, "b"),
        Kitchen.claimed(3, "c"),
        Kitchen.claimed(4, "d"),
        Kitchen.claimed(5, "e"),
        Kitchen.claimed(6, "a"));

    assertThat(calls).containsExactly("1 2 3 4 5 6", "1 2 3", "1", "2 3", "2", "3", "4 5 6");
    assertThat(driven.driver().dead()).containsExactly("tell 1 413: too large");
    assertThat(driven.driver().attempts())
        .contains(
            "tell emp-5 retry 6 were refused together, and are tried in halves: 413: too large");
    assertThat(recorded()).isEqualTo(5);
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void whatIsThrownThatNoFurtherTryWouldMendIsARefusal() {
    answers.add(
        batch -> {
          throw new IllegalArgumentException("no number");
        });
    answers.add(batch -> Outcome.done("told"));
    answers.add(
        batch -> {
          throw new IllegalArgumentException("no number");
        });
    opens(tell().deadOn(IllegalArgumentException.class).batchAll());
    comeTogether(Kitchen.claimed(1, "a"), Kitchen.claimed(2, "b"));

    assertThat(calls).containsExactly("1 2", "1", "2");
    assertThat(driven.driver().dead())
        .containsExactly("tell 1 IllegalArgumentException: no number");
  }

  @Test
  void whatIsAnsweredForEachIsItsOwn() {
    answersFor(Set.of("2"), Outcome.dead("nobody there"));
    opens(tell().batchAll());
    comeTogether(
        Kitchen.claimed(1, "a"),
        Kitchen.claimed(2, "a"),
        Kitchen.claimed(3, "a"),
        Kitchen.claimed(4, "b"));

    assertThat(calls).hasSize(1);
    assertThat(driven.driver().dead()).containsExactly("tell 1 nobody there");
    assertThat(recorded()).as("a dead one lets its lane go on").isEqualTo(3);
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void ofALaneNothingPassesTheOneThatIsTriedAgain() {
    answersFor(Set.of("2"), Outcome.retry("busy"));
    opens(tell().batchAll());
    comeTogether(
        Kitchen.claimed(1, "a"),
        Kitchen.claimed(2, "a"),
        Kitchen.claimed(3, "a"),
        Kitchen.claimed(4, "b"));
    assertThat(driven.driver().pending()).as("3 was told, and waits for 2").isEqualTo(2);

    passes(6);
    assertThat(calls).as("3 is recorded").containsExactly("1 4 2 3", "2#2");
    assertThat(driven.driver().attempts())
        .containsExactly(
            "tell emp-1 done told",
            "tell emp-4 done told",
            "tell emp-2 retry busy",
            "tell emp-3 done told",
            "tell emp-2 done told",
            "tell emp-3 skipped done before");
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void whatIsBehindOneThatIsTriedAgainDiesNotBeforeIt() {
    answers.add(
        batch ->
            batch.each(
                effect -> number(effect).equals("1") ? Outcome.retry("busy") : Outcome.dead("no")));
    opens(tell().batchAll());
    comeTogether(Kitchen.claimed(1, "a"), Kitchen.claimed(2, "a"));
    assertThat(driven.driver().dead()).isEmpty();

    answersFor(Set.of("2"), Outcome.dead("no"));
    passes(6);
    assertThat(calls).containsExactly("1 2", "1#2 2");
    assertThat(driven.driver().dead()).containsExactly("tell 1 no");
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void aBatchThatFailedIsCalledAgainAsItWas() {
    answers.add(
        batch -> {
          throw new IllegalStateException("reset");
        });
    answers.add(batch -> Outcome.done("told"));
    answers.add(batch -> Outcome.retryAfter(Duration.ofMinutes(2), "429"));
    opens(tell().batchAll());
    threeCome();
    comeTogether(Kitchen.claimed(4, "b"), Kitchen.claimed(5, "c"));
    passes(6);
    assertThat(calls).containsExactly("1 2 3", "5", "1#2 2#2 3#2");

    passes(119);
    assertThat(calls).hasSize(3);
    passes(2);
    assertThat(calls).endsWith("1#3 2#3 3#3", "4");
    assertThat(keys.get(2)).isEqualTo(keys.get(0)).isEqualTo(keys.get(3));
    assertThat(keys.get(1)).isNotEqualTo(keys.get(0));
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void whatHasTheSameNumberOfTriesIsGivenUpTogether() {
    driven
        .consumer("tell")
        .on(TaskClaimed.class)
        .retry(Backoff.schedule("5s").jitter(0))
        .batchAll()
        .handleBatch(
            batch -> {
              told(batch);
              return Outcome.retry("busy");
            });
    driven.open(state);
    threeCome();
    passes(6);

    assertThat(calls).containsExactly("1 2 3", "1#2 2#2 3#2");
    assertThat(driven.driver().dead()).hasSize(3).allMatch(it -> it.contains("after 2 attempts"));
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void withoutOneThatWasCancelledItIsAnotherBatch() {
    answers.add(batch -> Outcome.retry("busy"));
    opens(tell().batchAll());
    threeCome();
    driven
        .driver()
        .asked(new Command.Cancel(Scope.ofEvent("tell", Kitchen.id(2)), "ann", "no need"));
    comeTogether(Kitchen.claimed(4, "b"));
    passes(6);

    assertThat(calls).containsExactly("1 2 3", "4", "1#2 3#2");
    assertThat(keys.get(2)).isNotEqualTo(keys.get(0));
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void whatIsBehindACancelledOneIsCalledAgainWithTheOthers() {
    answers.add(batch -> Outcome.retry("busy"));
    opens(tell().batchAll());
    threeCome();
    driven
        .driver()
        .asked(new Command.Cancel(Scope.ofEvent("tell", Kitchen.id(1)), "ann", "no need"));
    passes(6);

    assertThat(calls).containsExactly("1 2 3", "2#2 3#2");
  }

  @Test
  void aPausedLaneIsInNoBatchAndHoldsNoOther() {
    answers.add(batch -> Outcome.retry("busy"));
    opens(tell().batchAll());
    threeCome();
    driven.driver().asked(new Command.Pause(Scope.ofLane("tell", "a"), "ann", "repairs"));
    comeTogether(Kitchen.claimed(4, "a"), Kitchen.claimed(5, "c"));
    passes(6);
    assertThat(calls).containsExactly("1 2 3", "5", "2#2");

    driven.driver().asked(new Command.Resume(Scope.ofLane("tell", "a"), "ann", "it works"));
    assertThat(calls).endsWith("1#2 3#2", "4");
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void whatIsTriedNowIsTriedWithThoseItWasWith() {
    answers.add(batch -> Outcome.retryAfter(Duration.ofHours(1), "busy"));
    opens(tell().batchAll());
    threeCome();
    driven
        .driver()
        .asked(new Command.RetryNow(Scope.ofEvent("tell", Kitchen.id(2)), "ann", "it is back"));

    assertThat(calls).containsExactly("1 2 3", "1#2 2#2 3#2");
  }

  @Test
  void whatWasDoneBeforeIsLeftOut() {
    wasDone(2);
    opens(tell().batchAll());
    threeCome();

    assertThat(calls).containsExactly("1 3");
    assertThat(driven.driver().attempts()).contains("tell emp-2 skipped done before");
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void whatWasDoneMeanwhileIsLeftOutOfABatchThatIsCalledAgain() {
    answers.add(batch -> Outcome.retry("busy"));
    opens(tell().batchAll());
    threeCome();
    wasDone(1);
    answers.add(batch -> Outcome.retry("busy"));
    passes(6);
    comeTogether(Kitchen.claimed(4, "c"));
    passes(6);

    assertThat(calls).containsExactly("1 2 3", "2#2 3#2", "4", "2#3 3#3");
    assertThat(keys.get(3)).isEqualTo(keys.get(1));
    assertThat(driven.driver().pending()).isZero();
  }

  private void wasDone(int number) {
    driven
        .database()
        .execute(
            "insert into effect_done (event_id, consumer, outcome) values (?, 'tell', 'done')",
            Kitchen.id(number));
  }

  @Test
  void anEventThatComesTwiceIsOnceInABatch() {
    opens(tell().batchAll());
    comeTogether(Kitchen.claimed(1, "a"), Kitchen.withSeq(Kitchen.claimed(1, "a"), 2));

    assertThat(calls).containsExactly("1");
    assertThat(driven.driver().attempts())
        .containsExactly("tell emp-1 done told", "tell emp-1 skipped done before");
  }

  @Test
  void aPayloadThatDoesNotFitItsTypeIsDeadAndTheOthersGo() {
    opens(tell().batchBy(Received::tenantId));
    comeTogether(
        Kitchen.withPayload(Kitchen.claimed(1, "a"), "{\"claimedAt\":\"noon\"}"),
        Kitchen.claimed(2, "b"));

    assertThat(driven.driver().dead()).singleElement().asString().contains("VALIDATION_ERROR");
    assertThat(calls).containsExactly("2");
  }

  @Test
  void oneWhoseScopeFailsIsDeadAndHoldsNoOther() {
    opens(
        tell()
            .batchBy(
                received -> {
                  if (received.event().taskId().equals("a")) {
                    throw new IllegalStateException("oops");
                  }
                  return "all";
                }));
    comeTogether(Kitchen.claimed(1, "a"), Kitchen.claimed(2, "b"));

    assertThat(calls).containsExactly("2");
    assertThat(driven.driver().dead())
        .containsExactly("tell 1 its batchBy or atMostBytes failed: IllegalStateException: oops");
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void aWrongNumberOfOutcomesIsToldAndTriedAgain() {
    answers.add(batch -> new Outcomes(List.of(Outcome.done(""))));
    opens(tell().batchAll());
    threeCome();

    assertThat(driven.driver().attempts())
        .contains("tell emp-3 retry BUG: the handler answered 1 outcomes for 3 effects");
    assertThat(recorded()).isZero();
    passes(6);
    assertThat(recorded()).isEqualTo(3);
  }

  @Test
  void eachEffectOfABatchCountsForItsRate() {
    opens(tell().rate(Rate.perSecond(1).burst(1)).batchAll());
    threeCome();
    driven.driver().arrives(Kitchen.claimed(4, "c"));
    driven.driver().arrives(Kitchen.claimed(5, "d"));
    passes(2);
    assertThat(calls).containsExactly("1 2 3");

    passes(1);
    assertThat(calls).as("who waits waits together").containsExactly("1 2 3", "4 5");
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void aBatchWhoseDestinationIsLeftAloneLosesNoTryAndStaysAsItIs() {
    for (int i = 0; i < 5; i++) {
      answers.add(batch -> Outcome.retry("down"));
    }
    driven
        .consumer("tell")
        .on(TaskClaimed.class)
        .destination(effect -> "m1")
        .retry(Backoff.schedule("1s*9").jitter(0))
        .batchAll()
        .handleBatch(this::told);
    driven.open(state);
    threeCome();
    for (int i = 0; i < 5; i++) {
      passes(1);
    }
    assertThat(calls).hasSize(5).endsWith("1#5 2#5 3#5");

    passes(5);
    assertThat(calls).hasSize(6).endsWith("1#6 2#6 3#6");
    assertThat(driven.driver().attempts())
        .contains("tell emp-1 held m1 does not answer, and is left alone for a while");
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void theItemsOfEventsGoInBatches() {
    opens(tell().each(received -> List.of("-x", "-y")).batchAll());
    comeTogether(Kitchen.claimed(1, "a"), Kitchen.claimed(2, "b"));

    assertThat(String.join(" ", calls).split(" "))
        .containsExactlyInAnyOrder("1-x", "1-y", "2-x", "2-y");
    assertThat(calls).hasSizeLessThan(4);
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void whatIsCarriedOutButNotRecordedIsOnlyRecordedAgain() {
    answers.add(
        batch -> {
          driven.database().execute("alter table effect_done rename to effect_hidden");
          return Outcome.done("told");
        });
    opens(tell().batchAll());
    threeCome();
    driven.database().execute("alter table effect_hidden rename to effect_done");
    passes(6);
    passes(6);

    assertThat(calls).containsExactly("1 2 3");
    assertThat(recorded()).isEqualTo(3);
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void aDriverOfConsumersHandsSeveralInAtOnce() {
    var application = new Application("tales");
    application
        .consumer("tell")
        .on(TaskClaimed.class)
        .batchAll()
        .handleBatch(batch -> Outcome.done("one of " + batch.size()));
    try (var tales = EffectsDriver.of(application, driven.database().dataSource(), state)) {
      tales.arriveTogether(
          new TaskClaimed("a", "emp-1", DrivenApplication.NOON),
          new TaskClaimed("b", "emp-2", DrivenApplication.NOON));

      assertThat(tales.done("tell")).containsExactly("one of 2", "one of 2");
    }
  }
}
