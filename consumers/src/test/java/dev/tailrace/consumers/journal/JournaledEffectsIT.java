package dev.tailrace.consumers.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.journal.DeadLetter;
import dev.tailrace.contracts.journal.EventStatus;
import dev.tailrace.contracts.journal.Journal;
import dev.tailrace.contracts.journal.JournaledEffect;
import dev.tailrace.contracts.journal.JournaledEffect.Attempt;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How effects stand, by what was told of them. */
class JournaledEffectsIT {

  private static final Instant NOW = Records.now();
  private static final UUID ID = Records.id(NOW, 1);
  private static final Envelope EVENT = Records.event(ID, 1, Records.CLAIMED, Origin.NONE);

  private JournalScenario scenario;

  @BeforeEach
  void open() throws SQLException {
    scenario = JournalScenario.create();
  }

  @AfterEach
  void close() {
    scenario.close();
  }

  /** The nth attempt, a second after the one before it. */
  private ProducerRecord<String, byte[]> attempt(int partition, int number, String outcome) {
    Instant at = Records.after(NOW, number);
    return Records.record(
        scenario.attempts(), partition, at, Records.attempt(ID, number, outcome, at));
  }

  private ProducerRecord<String, byte[]> dead(int second, int attempts) {
    return Records.dead(scenario.dead(), Records.after(NOW, second), EVENT, attempts);
  }

  private ProducerRecord<String, byte[]> event() {
    return Records.record(scenario.topic(Records.CLAIMED), 0, NOW, EVENT);
  }

  private EventStatus status() throws SQLException {
    return scenario.ask(connection -> Journal.status(connection, ID, Records.CONSUMER));
  }

  private void awaitState(String state, int attempts) {
    scenario.awaitCount(
        "effect where state = '%s' and attempts = %d".formatted(state, attempts), 1);
  }

  @Test
  void anEffectIsToldWithEachOfItsAttempts() throws Exception {
    scenario.send(attempt(0, 1, "retry"), attempt(0, 2, "done"));
    scenario.start();

    assertThat(scenario.effects(ID))
        .containsExactly(
            new JournaledEffect(
                "kitchen",
                Records.CONSUMER,
                "",
                "task-1",
                "done",
                "done 2",
                2,
                Optional.empty(),
                List.of(
                    new Attempt(
                        1, Records.after(NOW, 1), Duration.ofNanos(1_500_000), "retry", "retry 1"),
                    new Attempt(
                        2, Records.after(NOW, 2), Duration.ofNanos(1_500_000), "done", "done 2"))));
  }

  @Test
  void theStatusGoesFromPendingToPublishedAndNeverBack() throws Exception {
    scenario.start();
    assertThat(status()).isEqualTo(new EventStatus.Unknown());

    scenario.send(event());
    scenario.awaitCount("event_journal", 1);
    assertThat(status()).isEqualTo(new EventStatus.Pending());

    scenario.send(attempt(0, 1, "retry"));
    awaitState("retrying", 1);
    assertThat(status()).isEqualTo(new EventStatus.Pending());

    scenario.send(attempt(0, 2, "done"));
    awaitState("done", 2);
    assertThat(status()).isEqualTo(new EventStatus.Published(Records.after(NOW, 2)));

    scenario.send(attempt(0, 3, "retry"));
    awaitState("retrying", 3);
    assertThat(status()).isEqualTo(new EventStatus.Published(Records.after(NOW, 2)));
  }

  @Test
  void thatItWasDoneBeforeDoesNotMakeItLessDone() {
    scenario.send(attempt(0, 1, "done"), attempt(0, 2, "skipped"));
    scenario.start();

    assertThat(scenario.database.strings("select concat_ws(' ', state, detail) from effect"))
        .containsExactly("done done 1");
  }

  @Test
  void norDoesThatThisWasFoundOutByASecondLook() {
    scenario.send(attempt(0, 1, "done"), attempt(0, 2, "retry"), attempt(0, 3, "skipped"));
    scenario.start();
    awaitState("done", 3);
  }

  @Test
  void norDoesThatItsRepeatWasCancelled() {
    scenario.send(attempt(0, 1, "done"), attempt(0, 2, "cancelled"));
    scenario.start();
    scenario.awaitCount("effect_attempt", 2);

    assertThat(scenario.database.strings("select state from effect")).containsExactly("done");
  }

  @Test
  void anEarlierRetryThatComesLateDoesNotOverwriteDone() {
    scenario.start();
    scenario.send(attempt(1, 2, "done"));
    awaitState("done", 2);
    scenario.send(attempt(0, 1, "retry"));
    scenario.awaitCount("effect_attempt", 2);

    assertThat(scenario.database.strings("select concat_ws(' ', state, detail) from effect"))
        .containsExactly("done done 2");
  }

  @Test
  void aDeadLetterIsOpenUntilItsEffectIsAttemptedAgain() throws Exception {
    scenario.start();
    scenario.send(dead(2, 2));
    awaitState("dead", 2);
    scenario.send(attempt(0, 1, "retry"), attempt(0, 2, "retry"));
    scenario.awaitCount("effect_attempt", 2);
    awaitState("dead", 2);
    assertThat(status()).isEqualTo(new EventStatus.Failed("given up"));
    assertThat(scenario.openDeadLetters())
        .containsExactly(
            new DeadLetter(
                scenario.dead(),
                0,
                0,
                "kitchen",
                Optional.of(ID),
                Records.CONSUMER,
                "",
                Records.CLAIMED,
                "org_1",
                "task-1",
                2,
                "given up",
                Records.after(NOW, 2)));

    scenario.send(attempt(0, 3, "done"));
    awaitState("done", 3);
    assertThat(scenario.openDeadLetters()).isEmpty();
  }

  @Test
  void aDeadLetterThatIsDiscardedIsOpenNoMore() throws Exception {
    scenario.start();
    scenario.send(attempt(0, 1, "retry"), attempt(0, 2, "retry"), dead(2, 2));
    awaitState("dead", 2);
    assertThat(scenario.openDeadLetters()).hasSize(1);

    scenario.send(attempt(0, 3, "discarded"));
    scenario.awaitCount("effect where state = 'discarded'", 1);
    assertThat(scenario.openDeadLetters()).isEmpty();
    assertThat(status()).isEqualTo(new EventStatus.Failed("discarded 3"));
  }

  @Test
  void whatIsDiscardedAfterItWasRedrivenAndDoneStaysDone() throws Exception {
    scenario.start();
    scenario.send(dead(2, 2), attempt(0, 3, "done"), attempt(0, 4, "discarded"));
    scenario.awaitCount("effect_attempt", 2);

    scenario.awaitCount("effect where state = 'done'", 1);
    assertThat(scenario.openDeadLetters()).isEmpty();
  }

  @Test
  void whatIsDiscardedAfterItWasDoneAndDiedAgainIsDiscarded() throws Exception {
    scenario.start();
    scenario.send(attempt(0, 1, "done"), dead(2, 2), attempt(0, 3, "discarded"));

    scenario.awaitCount("effect where state = 'discarded'", 1);
    assertThat(scenario.openDeadLetters()).isEmpty();
  }

  @Test
  void thatItWasHeldIsNoAttempt() {
    ProducerRecord<String, byte[]> held =
        Records.record(scenario.attempts(), 0, NOW, Records.attempt(ID, 1, "held", NOW));
    scenario.send(held, attempt(0, 1, "done"));
    scenario.start();

    scenario.awaitCount("effect_attempt", 2);
    awaitState("done", 1);
  }

  @Test
  void aDeadLetterThatComesAfterItsRedriveIsSettledAtOnce() throws Exception {
    scenario.start();
    scenario.send(attempt(0, 2, "retry"), attempt(0, 3, "done"));
    awaitState("done", 3);
    scenario.send(dead(2, 2));
    scenario.awaitCount("dead_letter where settled_at is not null", 1);

    awaitState("done", 3);
    assertThat(scenario.openDeadLetters()).isEmpty();
  }

  @Test
  void aRecordThatWasNoEventIsADeadLetterWithoutOne() throws Exception {
    ProducerRecord<String, byte[]> poison =
        new ProducerRecord<>(
            scenario.dead(), 0, NOW.toEpochMilli(), "key", Records.bytes("poison"));
    Records.add(poison.headers(), "tailrace-reason", "no event of Tailrace");
    scenario.send(poison);
    scenario.start();

    assertThat(scenario.openDeadLetters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.id()).isEqualTo(scenario.dead() + "/0/0");
              assertThat(letter.eventId()).isEmpty();
              assertThat(letter.reason()).isEqualTo("no event of Tailrace");
            });
    assertThat(scenario.count("effect")).isZero();
  }

  @Test
  void whatANewerRuntimeTellsIsTakenAndWhatIsUnknownIsNoMatter() throws Exception {
    Instant due = Records.after(NOW, 600);
    scenario.send(
        Records.record(
            scenario.attempts(),
            0,
            NOW,
            Records.attempt(ID, 1, "parked", NOW)
                .put("item", "mach_7")
                .put("lane", "mach_7")
                .put("due", due.toString())
                .put("errorClass", "java.net.ConnectException")
                .put("weather", "fine")));
    scenario.start();

    assertThat(scenario.effects(ID))
        .singleElement()
        .satisfies(
            effect -> {
              assertThat(effect.item()).isEqualTo("mach_7");
              assertThat(effect.state()).isEqualTo("parked");
              assertThat(effect.due()).contains(due);
            });
    assertThat(scenario.database.strings("select error_class from effect_attempt"))
        .containsExactly("java.net.ConnectException");
  }
}
