package dev.tailrace.consumers.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.journal.Journal;
import dev.tailrace.testkit.Await;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** The journal is a projection: emptied, it is built again from the topics, and is the same. */
class JournalRebuildIT {

  private static final Instant NOW = Records.now();
  private static final int EVENTS = 500;
  private static final List<String> TABLES =
      List.of("event_journal", "effect_attempt", "effect", "dead_letter", "journal_unreadable");

  @Test
  void theSameRowsAreThereAfterARebuildBesideTheRunningJournal() throws Exception {
    try (var scenario = JournalScenario.create()) {
      scenario.start();
      scenario.send(IntStream.range(0, EVENTS).boxed().flatMap(i -> told(scenario, i)));
      scenario.awaitCount("event_journal", EVENTS);
      scenario.awaitCount("effect", EVENTS);
      scenario.awaitCount("dead_letter", EVENTS / 5);
      Map<String, List<String>> before = rows(scenario);

      scenario.database.execute("select journal_rebuild()");
      Await.until("it has caught up again", () -> scenario.ask(Journal::caughtUpAt).isPresent());

      assertThat(rows(scenario)).isEqualTo(before);
    }
  }

  private static Map<String, List<String>> rows(JournalScenario scenario) {
    return TABLES.stream().collect(Collectors.toMap(Function.identity(), scenario::rows));
  }

  /** An event, its attempts, now and then a dead letter, a repeat, a record that is none. */
  private static Stream<ProducerRecord<String, byte[]>> told(JournalScenario scenario, int i) {
    Envelope event = Records.event(Records.id(NOW, i), i, Records.CLAIMED, Origin.NONE);
    String topic = scenario.topic(Records.CLAIMED);
    int partition = i % JournalScenario.PARTITIONS;
    Stream<ProducerRecord<String, byte[]>> first =
        Stream.of(
            Records.record(topic, partition, NOW, event),
            attempt(scenario, event, 1, "retry"),
            attempt(scenario, event, 2, i % 3 == 0 ? "retry" : "done"));
    if (i % 5 != 0) {
      return first;
    }
    return Stream.concat(
        first,
        Stream.of(
            Records.dead(scenario.dead(), Records.after(NOW, 2), event, 2),
            Records.record(topic, partition, Records.after(NOW, 3), event),
            new ProducerRecord<>(topic, partition, "key", Records.bytes("no event"))));
  }

  private static ProducerRecord<String, byte[]> attempt(
      JournalScenario scenario, Envelope event, int number, String outcome) {
    Instant at = Records.after(NOW, number);
    return Records.record(
        scenario.attempts(), 0, at, Records.attempt(event.id(), number, outcome, at));
  }
}
