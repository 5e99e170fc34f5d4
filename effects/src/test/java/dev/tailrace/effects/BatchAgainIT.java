package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A batch that failed is called again as it was, but for what has left it meanwhile. */
class BatchAgainIT {

  @RegisterExtension private final Telling telling = new Telling();

  @TempDir private Path state;

  @Test
  void aBatchThatFailedIsCalledAgainAsItWas() {
    telling.answers.add(
        batch -> {
          throw new IllegalStateException("reset");
        });
    telling.answers.add(batch -> Outcome.done("told"));
    telling.answers.add(batch -> Outcome.retryAfter(Duration.ofMinutes(2), "429"));
    telling.opens(state, telling.tell("5s*9").batchAll());
    telling.threeCome();
    telling.comeTogether(Kitchen.claimed(4, "b"), Kitchen.claimed(5, "c"));
    telling.passes(6);
    assertThat(telling.calls).containsExactly("1 2 3", "5", "1#2 2#2 3#2");

    telling.passes(119);
    assertThat(telling.calls).hasSize(3);
    telling.passes(2);
    assertThat(telling.calls).endsWith("1#3 2#3 3#3", "4");
    assertThat(telling.keys.get(2)).isEqualTo(telling.keys.get(0)).isEqualTo(telling.keys.get(3));
    assertThat(telling.keys.get(1)).isNotEqualTo(telling.keys.get(0));
    assertThat(telling.driver().pending()).isZero();
  }

  @Test
  void whatHasTheSameNumberOfTriesIsGivenUpTogether() {
    telling
        .tell("5s")
        .batchAll()
        .handleBatch(
            batch -> {
              telling.told(batch);
              return Outcome.retry("busy");
            });
    telling.open(state);
    telling.threeCome();
    telling.passes(6);

    assertThat(telling.calls).containsExactly("1 2 3", "1#2 2#2 3#2");
    assertThat(telling.driver().dead()).hasSize(3).allMatch(it -> it.contains("after 2 attempts"));
    assertThat(telling.driver().pending()).isZero();
  }

  @Test
  void withoutOneThatWasCancelledItIsAnotherBatch() {
    telling.answers.add(batch -> Outcome.retry("busy"));
    telling.opens(state, telling.tell("5s*9").batchAll());
    telling.threeCome();
    telling
        .driver()
        .asked(new Command.Cancel(Scope.ofEvent("tell", Kitchen.id(2)), "ann", "no need"));
    telling.comeTogether(Kitchen.claimed(4, "b"));
    telling.passes(6);

    assertThat(telling.calls).containsExactly("1 2 3", "4", "1#2 3#2");
    assertThat(telling.keys.get(2)).isNotEqualTo(telling.keys.get(0));
    assertThat(telling.driver().pending()).isZero();
  }

  @Test
  void whatIsBehindACancelledOneIsCalledAgainWithTheOthers() {
    telling.answers.add(batch -> Outcome.retry("busy"));
    telling.opens(state, telling.tell("5s*9").batchAll());
    telling.threeCome();
    telling
        .driver()
        .asked(new Command.Cancel(Scope.ofEvent("tell", Kitchen.id(1)), "ann", "no need"));
    telling.passes(6);

    assertThat(telling.calls).containsExactly("1 2 3", "2#2 3#2");
  }

  @Test
  void aPausedLaneIsInNoBatchAndHoldsNoOther() {
    telling.answers.add(batch -> Outcome.retry("busy"));
    telling.opens(state, telling.tell("5s*9").batchAll());
    telling.threeCome();
    telling.driver().asked(new Command.Pause(Scope.ofLane("tell", "a"), "ann", "repairs"));
    telling.comeTogether(Kitchen.claimed(4, "a"), Kitchen.claimed(5, "c"));
    telling.passes(6);
    assertThat(telling.calls).containsExactly("1 2 3", "5", "2#2");

    telling.driver().asked(new Command.Resume(Scope.ofLane("tell", "a"), "ann", "it works"));
    assertThat(telling.calls).endsWith("1#2 3#2", "4");
    assertThat(telling.driver().pending()).isZero();
  }

  @Test
  void whatIsTriedNowIsTriedWithThoseItWasWith() {
    telling.answers.add(batch -> Outcome.retryAfter(Duration.ofHours(1), "busy"));
    telling.opens(state, telling.tell("5s*9").batchAll());
    telling.threeCome();
    telling
        .driver()
        .asked(new Command.RetryNow(Scope.ofEvent("tell", Kitchen.id(2)), "ann", "it is back"));

    assertThat(telling.calls).containsExactly("1 2 3", "1#2 2#2 3#2");
  }

  @Test
  void whatWasDoneBeforeIsLeftOut() {
    wasDone(2);
    telling.opens(state, telling.tell("5s*9").batchAll());
    telling.threeCome();

    assertThat(telling.calls).containsExactly("1 3");
    assertThat(telling.driver().attempts()).contains("tell emp-2 skipped done before");
    assertThat(telling.driver().pending()).isZero();
  }

  @Test
  void whatWasDoneMeanwhileIsLeftOutOfABatchThatIsCalledAgain() {
    telling.answers.add(batch -> Outcome.retry("busy"));
    telling.opens(state, telling.tell("5s*9").batchAll());
    telling.threeCome();
    wasDone(1);
    telling.answers.add(batch -> Outcome.retry("busy"));
    telling.passes(6);
    telling.comeTogether(Kitchen.claimed(4, "c"));
    telling.passes(6);

    assertThat(telling.calls).containsExactly("1 2 3", "2#2 3#2", "4", "2#3 3#3");
    assertThat(telling.keys.get(3)).isEqualTo(telling.keys.get(1));
    assertThat(telling.driver().pending()).isZero();
  }

  private void wasDone(int number) {
    telling
        .database()
        .execute(
            "insert into effect_done (event_id, consumer, outcome) values (?, 'tell', 'done')",
            Kitchen.id(number));
  }

  @Test
  void aWrongNumberOfOutcomesIsToldAndTriedAgain() {
    telling.answers.add(batch -> new Outcomes(List.of(Outcome.done(""))));
    telling.opens(state, telling.tell("5s*9").batchAll());
    telling.threeCome();

    assertThat(telling.driver().attempts())
        .contains("tell emp-3 retry BUG: the handler answered 1 outcomes for 3 effects");
    assertThat(telling.recorded()).isZero();
    telling.passes(6);
    assertThat(telling.recorded()).isEqualTo(3);
  }

  @Test
  void aBatchWhoseDestinationIsLeftAloneLosesNoTryAndStaysAsItIs() {
    for (int i = 0; i < 5; i++) {
      telling.answers.add(batch -> Outcome.retry("down"));
    }
    telling.tell("1s*9").destination(effect -> "m1").batchAll().handleBatch(telling::told);
    telling.open(state);
    telling.threeCome();
    for (int i = 0; i < 5; i++) {
      telling.passes(1);
    }
    assertThat(telling.calls).hasSize(5).endsWith("1#5 2#5 3#5");

    telling.passes(5);
    assertThat(telling.calls).hasSize(6).endsWith("1#6 2#6 3#6");
    assertThat(telling.driver().attempts())
        .contains("tell emp-1 held m1 does not answer, and is left alone for a while");
    assertThat(telling.driver().pending()).isZero();
  }

  @Test
  void whatIsCarriedOutButNotRecordedIsOnlyRecordedAgain() {
    telling.answers.add(
        batch -> {
          telling.database().execute("alter table effect_done rename to effect_hidden");
          return Outcome.done("told");
        });
    telling.opens(state, telling.tell("5s*9").batchAll());
    telling.threeCome();
    telling.database().execute("alter table effect_hidden rename to effect_done");
    telling.passes(6);
    telling.passes(6);

    assertThat(telling.calls).containsExactly("1 2 3");
    assertThat(telling.recorded()).isEqualTo(3);
    assertThat(telling.driver().pending()).isZero();
  }

  @Test
  void norIsItCalledAgainWhenTheLookOfAnotherFailsBeforeTheCall() {
    telling.answers.add(
        batch -> {
          telling.database().execute("alter table effect_done rename to effect_hidden");
          return Outcome.done("told");
        });
    telling.opens(state, telling.tell("5s*9").batchAll());
    telling.threeCome();
    telling.driver().arrives(Kitchen.claimed(4, "a"));
    telling.passes(6);
    telling.database().execute("alter table effect_hidden rename to effect_done");
    telling.passes(6);
    telling.passes(6);

    assertThat(telling.calls).hasSize(2).startsWith("1 2 3");
    assertThat(telling.calls.getLast()).matches("4(#\\d)?");
    assertThat(telling.recorded()).isEqualTo(4);
    assertThat(telling.driver().pending()).isZero();
  }

  @Test
  void thoseThatWereDoneBeforeSayNothingOfTheDestination() {
    telling.tell("1h*9").destination(effect -> "m1").batchAll().handleBatch(telling::told);
    telling.open(state);
    for (int i = 1; i <= 6; i++) {
      telling.answers.add(batch -> Outcome.retry("down"));
      telling
          .database()
          .execute(
              "insert into effect_done (event_id, consumer, outcome) values (?, 'tell', 'done')",
              Kitchen.id(10 + i));
      telling.comeTogether(Kitchen.claimed(10 + i, "done-" + i), Kitchen.claimed(i, "new-" + i));
    }

    assertThat(telling.calls).containsExactly("1", "2", "3", "4", "5");
    assertThat(telling.driver().attempts())
        .contains("tell emp-6 held m1 does not answer, and is left alone for a while");
  }
}
