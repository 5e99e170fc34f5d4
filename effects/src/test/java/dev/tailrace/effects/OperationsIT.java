package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators ask for happens; in Streams' own test driver. */
class OperationsIT {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  private final SettableClock clock = new SettableClock(NOON);
  private final List<String> seen = new ArrayList<>();
  private final Set<String> broken = new HashSet<>();
  private final Set<String> refused = new HashSet<>();
  private final Application application = new Application("kitchen");
  private TestDatabase database;
  private TestDriver driver;

  @TempDir private Path state;

  @BeforeEach
  void open() throws SQLException {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    for (String consumer : List.of("ring", "log")) {
      application
          .consumer(consumer)
          .on(TaskClaimed.class)
          .retry(Backoff.schedule("1h*9").jitter(0))
          .handle(effect -> answer(consumer, effect));
    }
    driver = new TestDriver(application, database.dataSource(), clock, state);
  }

  private Outcome answer(String consumer, Effect<TaskClaimed> effect) {
    String number = effect.event().employeeId().substring("emp-".length());
    seen.add(consumer + " " + number + "#" + effect.attempt());
    if (consumer.equals("ring") && refused.contains(effect.event().taskId())) {
      return Outcome.dead("refused");
    }
    return consumer.equals("ring") && broken.contains(effect.event().taskId())
        ? Outcome.retry("busy")
        : Outcome.done("rung");
  }

  @AfterEach
  void close() {
    driver.close();
    database.close();
  }

  private void arrives(int number, String task) {
    driver.arrives(Kitchen.claimed(number, task));
  }

  @Test
  void ofAPausedConsumerNothingIsStartedUntilItIsResumed() {
    driver.asked(new Command.Pause(Scope.ofConsumer("ring"), "ann", "repairs"));
    arrives(1, "a");
    arrives(2, "b");
    driver.passes(Duration.ofHours(1));
    assertThat(seen).containsExactly("log 1#1", "log 2#1");

    driver.asked(new Command.Resume(Scope.ofConsumer("ring"), "ann", "it rings"));
    assertThat(seen).containsExactly("log 1#1", "log 2#1", "ring 1#1", "ring 2#1");
  }

  @Test
  void aPausedLaneHoldsNoOther() {
    driver.asked(new Command.Pause(Scope.ofLane("ring", "a"), "ann", "repairs"));
    arrives(1, "a");
    arrives(2, "b");
    driver.asked(new Command.Resume(Scope.ofConsumer("ring"), "ann", "another scope"));
    assertThat(seen).containsExactly("log 1#1", "ring 2#1", "log 2#1");

    driver.asked(new Command.Resume(Scope.ofLane("ring", "a"), "ann", "it rings"));
    assertThat(seen).endsWith("ring 1#1");
  }

  @Test
  void anEarlierOneThatComesLaterGoesBeforeWhatHasNotBegun() {
    driver.asked(new Command.Pause(Scope.ofConsumer("ring"), "ann", "repairs"));
    arrives(2, "a");
    arrives(1, "a");
    driver.asked(new Command.Resume(Scope.ofConsumer("ring"), "ann", "it rings"));

    assertThat(seen).endsWith("ring 1#1", "ring 2#1");
  }

  @Test
  void whatWaitsIsTriedNow() {
    broken.addAll(Set.of("a", "b"));
    arrives(1, "a");
    arrives(2, "b");
    broken.clear();
    driver.asked(new Command.RetryNow(Scope.ofEvent("ring", Kitchen.id(2)), "ann", "it is back"));
    assertThat(seen).endsWith("log 2#1", "ring 2#2");

    driver.asked(new Command.RetryNow(Scope.ofConsumer("ring"), "ann", "all are"));
    assertThat(seen).endsWith("ring 2#2", "ring 1#2");
    assertThat(driver.pending()).isZero();
  }

  @Test
  void whatIsCancelledIsToldAndItsLaneGoesOn() {
    broken.add("a");
    for (int number = 1; number <= 4; number++) {
      arrives(number, "a");
    }
    broken.clear();
    driver.asked(new Command.Cancel(Scope.ofEvent("ring", Kitchen.id(3)), "ann", "no need"));
    driver.asked(new Command.Cancel(Scope.ofEvent("ring", Kitchen.id(1)), "ann", "nor of that"));

    assertThat(seen)
        .filteredOn(it -> it.startsWith("ring"))
        .containsExactly("ring 1#1", "ring 2#1", "ring 4#1");
    assertThat(driver.attempts())
        .contains(
            "ring emp-3 cancelled by ann: no need", "ring emp-1 cancelled by ann: nor of that");
    assertThat(driver.pending()).isZero();
  }

  @Test
  void aWholeConsumerIsCancelled() {
    broken.addAll(Set.of("a", "b"));
    for (int number = 1; number <= 6; number++) {
      arrives(number, number % 2 == 0 ? "a" : "b");
    }
    driver.asked(new Command.Cancel(Scope.ofConsumer("ring"), "ann", "closed"));
    assertThat(driver.pending()).isZero();

    broken.clear();
    arrives(7, "a");
    assertThat(seen).endsWith("ring 7#1", "log 7#1");
  }

  @Test
  void whatAnEarlierVersionHasLeftCanBeCancelled() {
    Envelope envelope = Kitchen.claimed(1, "a");
    driver.leftBehind(new EffectKey("gone", "a", envelope.seq(), envelope.id(), ""), envelope);
    driver.asked(new Command.RetryNow(Scope.ofConsumer("gone"), "ann", "does it go?"));
    driver.asked(new Command.Cancel(Scope.ofConsumer("gone"), "ann", "nobody needs it"));

    assertThat(driver.attempts()).containsExactly("gone emp-1 cancelled by ann: nobody needs it");
    assertThat(driver.pending()).isZero();
  }

  @Test
  void aDeadLetterIsRedrivenToTheEndOfItsLane() {
    refused.add("a");
    arrives(1, "a");
    refused.clear();
    broken.add("a");
    arrives(2, "a");
    DeadLetter letter = driver.letters().getFirst();
    assertThat(letter.reason()).isEqualTo("refused");

    driver.asked(new Command.Redrive(letter, "ann", "the bell is back"));
    broken.clear();
    driver.passes(Duration.ofHours(1).plusSeconds(1));
    assertThat(seen).endsWith("ring 2#2", "ring 1#1");
    assertThat(driver.pending()).isZero();
  }

  @Test
  void aDeadLetterThatIsDiscardedIsToldOnceAndNothingIsCarriedOut() {
    refused.add("a");
    arrives(1, "a");
    refused.clear();
    driver.asked(new Command.Discard(driver.letters().getFirst(), "ann", "nobody waits for it"));
    driver.passes(Duration.ofHours(1));

    assertThat(seen).containsExactly("ring 1#1", "log 1#1");
    assertThat(driver.attempts())
        .containsExactly(
            "ring emp-1 dead refused",
            "log emp-1 done rung",
            "ring emp-1 discarded by ann: nobody waits for it");
    assertThat(driver.pending()).isZero();
  }

  @Test
  void whatAnEarlierVersionGaveUpCanBeDiscarded() {
    var letter = new DeadLetter(Kitchen.claimed(1, "a"), "gone", "", 0, 3, "refused");
    driver.asked(new Command.Discard(letter, "ann", "it is gone"));

    assertThat(driver.attempts()).containsExactly("gone emp-1 discarded by ann: it is gone");
    assertThat(driver.dead()).isEmpty();
  }

  @Test
  void whatThisVersionCanNotRedriveStaysDeadAndSaysWhy() {
    var letter = new DeadLetter(Kitchen.claimed(1, "a"), "gone", "", 0, 3, "refused");
    driver.asked(new Command.Redrive(letter, "ann", "try"));

    assertThat(driver.dead())
        .containsExactly("gone 3 this version has no gone: redrive it to one that has (refused)");
  }

  @Test
  void whatIsNoCommandHoldsNothingUp() {
    for (String none :
        List.of(
            "{}",
            "pause",
            "[]",
            "{\"command\":\"cancel\",\"consumer\":\"ring\",\"eventId\":\"1\"}",
            "{\"command\":\"redrive\",\"consumer\":\"ring\"}")) {
      driver.asked(none.getBytes(StandardCharsets.UTF_8));
    }
    driver.asked((byte[]) null);
    arrives(1, "a");

    assertThat(seen).containsExactly("ring 1#1", "log 1#1");
  }
}
