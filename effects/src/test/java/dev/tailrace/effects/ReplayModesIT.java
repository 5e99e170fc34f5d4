package dev.tailrace.effects;

import static dev.tailrace.effects.DrivenApplication.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.KitchenEvent.TaskReleased;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What each mode of a replay carries out, and what it leaves alone; in Streams' test driver. */
class ReplayModesIT {

  private static final Replay FILL = Replay.of(ReplayMode.FILL, "ann", "the pager was away");
  private static final Replay PROJECT = Replay.of(ReplayMode.PROJECT, "ann", "a new column");
  private static final Replay FORCE = Replay.of(ReplayMode.FORCE, "ann", "it lost all");

  @RegisterExtension private final DrivenApplication driven = new DrivenApplication();
  private final List<String> seen = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();
  private final List<String> mourned = new ArrayList<>();
  private final Deque<Handled> answers = new ArrayDeque<>();
  private Runnable called = () -> {};

  @TempDir private Path state;

  /** One that moves money, one that may be repeated, and a projection. */
  @BeforeEach
  void open() {
    driven
        .consumer("pay")
        .on(TaskClaimed.class)
        .retry(Backoff.schedule("1h*48").jitter(0))
        .onDead(
            effect -> {
              mourned.add(effect.event().employeeId());
              return Outcome.done("mourned");
            })
        .handle(effect -> answer("pay", effect));
    driven.consumer("tell").on(TaskClaimed.class).mayBeForced().handle(it -> answer("tell", it));
    driven.consumer("board").on(TaskClaimed.class).idempotentByRow().handle(this::project);
    driven.open(state);
  }

  private Handled answer(String consumer, Effect<TaskClaimed> effect) {
    seen.add(consumer + " " + effect.event().employeeId());
    keys.add(effect.idempotencyKey());
    called.run();
    return answers.isEmpty() ? Outcome.done("rung") : answers.poll();
  }

  private Handled project(Effect<TaskClaimed> effect) {
    seen.add("board " + effect.event().employeeId());
    return new Commit(transaction -> Outcome.done("1 row"));
  }

  private void replays(int number, Replay replay) {
    driven.driver().replays(Kitchen.claimed(number, "a"), replay);
  }

  /** Done, and not told of any more. */
  private void isDone(int number) {
    driven.driver().arrives(Kitchen.claimed(number, "a"));
    assertThat(seen).hasSize(3);
    seen.clear();
    keys.clear();
    driven.driver().attempts();
  }

  @Test
  void fillCarriesOutWhatIsNotDoneUnderTheKeysItAlwaysHas() {
    isDone(1);
    replays(1, FILL);
    replays(2, FILL);

    assertThat(seen).containsExactlyInAnyOrder("pay emp-2", "tell emp-2");
    assertThat(keys).containsExactlyInAnyOrder(Kitchen.id(2) + ":pay", Kitchen.id(2) + ":tell");
    assertThat(driven.driver().attempts())
        .containsExactlyInAnyOrder(
            "pay emp-1 skipped done before",
            "tell emp-1 skipped done before",
            "pay emp-2 done rung",
            "tell emp-2 done rung");
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void projectIsForProjectionsAlone() {
    isDone(1);
    replays(1, PROJECT);
    replays(2, PROJECT);

    assertThat(seen).containsExactly("board emp-1", "board emp-2");
  }

  @Test
  void forceRepeatsWhereThatIsAllowedUnderKeysOfItsOwn() {
    isDone(1);
    replays(1, FORCE);
    assertThat(seen).containsExactly("tell emp-1");
    assertThat(keys).containsExactly(Kitchen.id(1) + ":tell:replay-" + FORCE.id());
    assertThat(driven.driver().attempts()).containsExactly("tell emp-1 done rung");

    replays(1, FORCE);
    assertThat(driven.driver().attempts())
        .as("the same replay once more")
        .containsExactly("tell emp-1 skipped done before");

    replays(1, Replay.of(ReplayMode.FORCE, "bob", "and again"));
    assertThat(seen).containsExactly("tell emp-1", "tell emp-1");
  }

  @Test
  void whatWasForcedIsDoneAlsoForAReplayThatFills() {
    replays(1, FORCE);
    replays(1, FILL.forConsumers("tell"));

    assertThat(driven.driver().attempts())
        .containsExactly("tell emp-1 done rung", "tell emp-1 skipped done before");
  }

  private static Commit releases() {
    return new Commit(
        transaction -> {
          transaction.append(new TaskReleased("a", "emp-1", NOON), NOON);
          return Outcome.done("released");
        });
  }

  @Test
  void theCommitOfAForcedEffectIsMadeAndNotTwiceByOneReplay() {
    isDone(1);
    for (int i = 0; i < 2; i++) {
      answers.add(releases());
    }
    replays(1, FORCE);
    assertThat(driven.driver().attempts()).containsExactly("tell emp-1 done released");
    assertThat(driven.database().count("select count(*) from outbox_event")).isOne();

    driven
        .database()
        .execute("delete from effect_done where consumer = 'tell' and event_id = ?", Kitchen.id(1));
    replays(1, FORCE);
    assertThat(driven.database().count("select count(*) from outbox_event")).isOne();
  }

  @Test
  void theCommitOfAForcedEffectIsNotMadeWhenOneBeforeItWas() {
    isDone(1);
    called =
        () ->
            driven
                .database()
                .execute(
                    "insert into effect_done (event_id, consumer, outcome) values (?, ?, 'done')",
                    Kitchen.id(1),
                    "tell!" + FORCE.id());
    answers.add(releases());
    replays(1, FORCE);

    assertThat(driven.driver().attempts()).containsExactly("tell emp-1 skipped done before");
    assertThat(driven.database().count("select count(*) from outbox_event")).isZero();
  }

  @Test
  void itIsForTheConsumersThatItNames() {
    replays(1, FILL.forConsumers("tell"));
    replays(1, PROJECT.forConsumers("tell"));
    replays(1, FORCE.forConsumers("pay"));

    assertThat(seen).containsExactly("tell emp-1");
  }

  @Test
  void attemptsTellTheirReplay() {
    isDone(1);
    replays(1, FORCE);
    driven.driver().arrives(Kitchen.claimed(2, "b"));

    assertThat(driven.driver().replaysOfAttempts()).containsExactly(FORCE.id(), "", "", "");
  }

  @Test
  void whatIsTooOldAndNotDoneIsADeadLetterThatNothingFollows() {
    isDone(1);
    driven.driver().passes(Duration.ofHours(25));
    replays(1, FILL);
    replays(2, FILL);
    driven.driver().passes(Duration.ofHours(1));

    assertThat(seen).isEmpty();
    assertThat(mourned).isEmpty();
    assertThat(driven.driver().dead())
        .containsExactlyInAnyOrder(stale("pay", FILL), stale("tell", FILL));
    assertThat(driven.driver().pending()).isZero();
  }

  private static String stale(String consumer, Replay replay) {
    return "%s 1 stale: its event is of 2026-01-31T12:00:00Z, more than 24h before the replay %s: redrive it to carry it out, or replay it with a greater age"
        .formatted(consumer, replay.id());
  }

  @Test
  void whatIsStaleCanBeRedrivenOrReplayedWithAGreaterAge() {
    driven.driver().passes(Duration.ofHours(25));
    replays(1, FILL.forConsumers("pay"));
    DeadLetter letter = driven.driver().letters().getFirst();
    driven.driver().asked(new Command.Redrive(letter, "ann", "we owe it"));
    assertThat(seen).containsExactly("pay emp-1");

    replays(2, FILL.forConsumers("pay").noOlderThan(Duration.ofHours(26)));
    assertThat(seen).containsExactly("pay emp-1", "pay emp-2");
  }

  @Test
  void projectionsAndWhatIsRepeatedAreNeverTooOld() {
    isDone(1);
    driven.driver().passes(Duration.ofDays(30));
    replays(1, PROJECT);
    replays(1, FORCE);
    assertThat(seen).containsExactly("board emp-1", "tell emp-1");
    assertThat(driven.driver().dead()).isEmpty();

    replays(2, FORCE);
    assertThat(driven.driver().dead()).containsExactly(stale("tell", FORCE));
  }

  @Test
  void liveEventsAreNeverTooOld() {
    driven.driver().passes(Duration.ofDays(30));
    driven.driver().arrives(Kitchen.claimed(1, "a"));

    assertThat(seen).contains("pay emp-1");
  }

  @Test
  void whatFailsAfterItsReplayIsNotTooOldByThat() {
    answers.add(Outcome.retry("busy"));
    replays(1, FILL.forConsumers("pay"));
    for (int i = 0; i < 30; i++) {
      answers.add(Outcome.retry("busy"));
      driven.driver().passes(Duration.ofHours(1).plusSeconds(1));
    }
    answers.clear();
    driven.driver().passes(Duration.ofHours(1).plusSeconds(1));

    assertThat(driven.driver().dead()).isEmpty();
    assertThat(driven.driver().attempts()).endsWith("pay emp-1 done rung");
  }

  @Test
  void aDeadLetterOfAForcedEffectIsRedrivenAsOne() {
    isDone(1);
    answers.add(Outcome.dead("refused"));
    replays(1, FORCE);
    DeadLetter letter = driven.driver().letters().getFirst();
    assertThat(letter.forcedBy()).contains(FORCE.id());
    driven.driver().asked(new Command.Redrive(letter, "ann", "they take it now"));

    assertThat(driven.driver().attempts())
        .containsExactly("tell emp-1 dead refused", "tell emp-1 done rung");
    assertThat(Set.copyOf(keys)).containsExactly(Kitchen.id(1) + ":tell:replay-" + FORCE.id());
  }

  @Test
  void whatDiesAfterAReplayIsMourned() {
    answers.add(Outcome.dead("refused"));
    replays(1, FILL.forConsumers("pay"));

    assertThat(mourned).containsExactly("emp-1");
  }

  @Test
  void whatIsNoReplayIsADeadLetterAndHoldsNothingUp() {
    Envelope event = Kitchen.claimed(1, "a");
    driven.driver().replays(Kitchen.test(event));
    driven.driver().replays(changed(event, ReplayHeaders.MODE, "all"));
    driven.driver().replays(changed(event, ReplayHeaders.GREATEST_AGE, "a week"));
    driven.driver().replays(changed(event, ReplayHeaders.CONSUMERS, "gone"));
    driven.driver().replays(changed(event, "ce_seq", "7"));
    var none = new RecordHeaders();
    ReplayHeaders.write(FILL, none);
    driven.driver().replays(new TestRecord<>("a", null, none));
    replays(2, FILL.forConsumers("tell"));

    assertThat(driven.driver().dead())
        .containsExactly(
            "- - no replay that can be followed: header tailrace-replay-id is missing",
            "- - no replay that can be followed: header tailrace-replay-mode is malformed: 'all'",
            "- - no replay that can be followed: header tailrace-replay-greatest-age is malformed: 'a week'",
            "- - its replay is for gone, which this version lacks: replay it for another",
            "- - no event of Tailrace: header ce_seq is malformed: '7'",
            "- - no event of Tailrace: the record has no value");
    assertThat(seen).containsExactly("tell emp-2");
  }

  private static TestRecord<String, byte[]> changed(Envelope event, String header, String value) {
    TestRecord<String, byte[]> record = Kitchen.test(event);
    ReplayHeaders.write(FILL, record.headers());
    record.headers().remove(header).add(header, value.getBytes(StandardCharsets.UTF_8));
    return record;
  }
}
