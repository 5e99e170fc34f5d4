package dev.tailrace.consumers.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.journal.DeadLetter;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.SettableClock;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Days come and go; what waits for a person stays. */
class JournalRetentionIT {

  private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  private final SettableClock clock = new SettableClock(NOON);
  private final JournalPartitions partitions =
      new JournalPartitions(new JournalDays(clock, DAY.multipliedBy(3)));
  private JournalScenario scenario;

  @BeforeEach
  void open() throws SQLException {
    scenario = JournalScenario.create();
    scenario.environment.put("JOURNAL_RETENTION", "3d");
  }

  @AfterEach
  void close() {
    scenario.close();
  }

  private static Envelope event(Instant at, int number) {
    return Records.event(Records.id(at, number), number, Records.CLAIMED, Origin.NONE);
  }

  private void send(Instant at, int number) {
    scenario.send(
        Records.record(scenario.topic(Records.CLAIMED), 0, at, event(at, number)),
        Records.record(
            scenario.attempts(), 0, at, Records.attempt(Records.id(at, number), 1, "retry", at)));
  }

  private List<String> partitionsOf(String table) {
    return scenario.database.strings(
        "select inhrelid::regclass::text from pg_inherits where inhparent = ?::regclass order by 1",
        table);
  }

  private int dropOld() throws SQLException {
    return Database.inTransaction(scenario.database.dataSource(), partitions::dropOld);
  }

  @Test
  void partitionsAreMadeAheadForEveryTable() throws SQLException {
    int made = Database.inTransaction(scenario.database.dataSource(), partitions::makeAhead);

    assertThat(made).isEqualTo(27);
    for (String table : List.of("event_journal", "effect_attempt", "effect")) {
      assertThat(partitionsOf(table))
          .hasSize(9)
          .startsWith(table + "_20260309")
          .endsWith(table + "_20260317");
    }
    assertThat(Database.inTransaction(scenario.database.dataSource(), partitions::makeAhead))
        .isZero();
  }

  @Test
  void wholeDaysGoWhenTheyAreOverAndDeadLettersStayUntilSettled() throws SQLException {
    send(NOON, 1);
    Envelope dead = event(NOON, 2);
    Envelope redriven = event(NOON, 3);
    scenario.send(
        Records.dead(scenario.dead(), NOON, dead, 1),
        Records.dead(scenario.dead(), NOON, redriven, 1),
        Records.record(
            scenario.attempts(),
            0,
            NOON.plusSeconds(1),
            Records.attempt(redriven.id(), 1, "done", NOON.plusSeconds(1))));
    JournalScenario.awaitReady(scenario.begin(clock));
    assertThat(dropOld()).isZero();

    clock.advance(DAY.multipliedBy(3));
    assertThat(dropOld()).as("the tables of the day before").isEqualTo(3);
    assertThat(scenario.count("event_journal")).isEqualTo(1);
    clock.advance(DAY);
    assertThat(dropOld()).as("the tables of that day").isEqualTo(3);

    for (String table : List.of("event_journal", "effect_attempt", "effect")) {
      assertThat(scenario.count(table)).as(table).isZero();
    }
    assertThat(scenario.database.strings("select event_id::text from dead_letter"))
        .containsExactly(dead.id().toString());
  }

  @Test
  void aDeadLetterOfADayThatIsNoLongerKeptIsSettledToo() throws SQLException {
    Instant longAgo = NOON.minus(DAY.multipliedBy(9));
    for (int number = 1; number <= 3; number++) {
      scenario.send(Records.dead(scenario.dead(), longAgo, event(longAgo, number), 1));
    }
    JournalScenario.awaitReady(scenario.begin(clock));
    assertThat(scenario.openDeadLetters()).hasSize(3);

    scenario.send(
        told(longAgo, 1, "done", NOON),
        told(longAgo, 2, "discarded", NOON),
        told(longAgo, 3, "retry", longAgo.minusSeconds(1)));
    scenario.awaitCount("dead_letter where settled_at = '2026-03-10T12:00:00Z'", 2);

    assertThat(scenario.openDeadLetters())
        .extracting(DeadLetter::eventId)
        .as("what came before it died settles nothing")
        .containsExactly(Optional.of(Records.id(longAgo, 3)));
    assertThat(scenario.count("effect_attempt")).isZero();
  }

  private ProducerRecord<String, byte[]> told(
      Instant happened, int number, String outcome, Instant at) {
    return Records.record(
        scenario.attempts(), 0, at, Records.attempt(Records.id(happened, number), 1, outcome, at));
  }

  @Test
  void whatIsOlderThanAnythingThatIsKeptIsLeftOut() {
    send(NOON.minus(DAY.multipliedBy(9)), 1);
    send(NOON.minus(DAY.multipliedBy(3)), 2);
    send(NOON, 3);
    JournalScenario.awaitReady(scenario.begin(clock));

    assertThat(scenario.database.strings("select seq from event_journal order by seq"))
        .containsExactly("2", "3");
    assertThat(scenario.count("effect")).isEqualTo(2);
    assertThat(scenario.count("journal_unreadable")).isZero();
    assertThat(partitionsOf("effect"))
        .contains("effect_20260307")
        .doesNotContain("effect_20260301");
  }
}
