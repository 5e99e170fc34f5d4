package dev.tailrace.consumers.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.CausedBy;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.journal.Journal;
import dev.tailrace.contracts.journal.JournaledEvent;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is in the topics, and what the journal says of it. */
class JournalIT {

  private static final Instant NOW = Records.now();

  private JournalScenario scenario;

  @BeforeEach
  void open() throws SQLException {
    scenario = JournalScenario.create();
  }

  @AfterEach
  void close() {
    scenario.close();
  }

  private static Envelope event(int number, String type) {
    return Records.event(Records.id(NOW, number), number, type, Origin.NONE);
  }

  private ProducerRecord<String, byte[]> record(int partition, Envelope event) {
    return Records.record(scenario.topic(event.type()), partition, NOW, event);
  }

  private Optional<JournaledEvent> journaled(UUID id) throws SQLException {
    return scenario.ask(connection -> Journal.event(connection, id));
  }

  @Test
  void anEventIsKnownWithItsPlaceItsOriginAndWhatBrowsersSeeOfIt() throws Exception {
    var cause = new CausedBy(Records.id(NOW, 77), "startCheckout");
    Envelope seen =
        Records.event(
            Records.id(NOW, 1),
            1,
            Records.CLAIMED,
            new Origin(Optional.of(cause), 3, Optional.empty()));
    Envelope unseen = event(2, Records.POKE);
    scenario.send(record(1, seen), record(0, unseen));
    scenario.start();

    assertThat(journaled(seen.id()))
        .contains(
            new JournaledEvent(
                seen,
                NOW,
                scenario.topic(Records.CLAIMED),
                1,
                0,
                Records.bytes(seen.payload()).length,
                Optional.empty()));
    assertThat(journaled(unseen.id()))
        .hasValueSatisfying(
            it -> {
              assertThat(it.envelope().payload()).isEmpty();
              assertThat(it.payloadBytes()).isEqualTo(unseen.payload().length());
            });
    assertThat(journaled(Records.id(NOW, 3))).isEmpty();
  }

  @Test
  void aTopicThatAppearsLaterIsReadFromItsBeginning() {
    scenario.start();
    String topic = scenario.topics.name("events.acme.received");
    scenario.topics.create(topic, 3, Map.of());
    scenario.send(
        IntStream.range(0, 30)
            .mapToObj(i -> Records.record(topic, i % 3, NOW, event(i, "acme:received"))));

    scenario.awaitCount("event_journal", 30);
  }

  @Test
  void anEventThatIsSentAgainIsJournaledOnceAndSaysWhen() throws Exception {
    Envelope event = event(1, Records.CLAIMED);
    ProducerRecord<String, byte[]> again =
        Records.record(scenario.topic(Records.CLAIMED), 0, Records.after(NOW, 1), event);
    Records.add(again.headers(), "ce_resent", "true");
    scenario.send(record(0, event), record(0, event(2, Records.CLAIMED)), again);
    scenario.start();

    assertThat(scenario.count("event_journal")).isEqualTo(2);
    assertThat(journaled(event.id()))
        .hasValueSatisfying(
            it -> {
              assertThat(it.offset()).isZero();
              assertThat(it.committedAt()).isEqualTo(NOW);
              assertThat(it.resentAt()).contains(Records.after(NOW, 1));
            });
  }

  @Test
  void whatWasAbortedIsNotJournaled() {
    try (Producer<String, byte[]> producer = scenario.topics.producer("relay")) {
      producer.beginTransaction();
      var _ = producer.send(record(0, event(1, Records.CLAIMED)));
      producer.flush();
      producer.abortTransaction();
      producer.beginTransaction();
      var _ = producer.send(record(0, event(2, Records.CLAIMED)));
      producer.commitTransaction();
    }
    scenario.start();

    assertThat(scenario.database.strings("select seq from event_journal")).containsExactly("2");
  }

  @Test
  void whatCantBeReadIsJournaledWithTheReasonAndStopsNothing() {
    Envelope foreign = Records.event(UUID.randomUUID(), 1, Records.CLAIMED, Origin.NONE);
    Envelope future =
        Records.event(Records.id(NOW.plus(3, ChronoUnit.DAYS), 1), 1, Records.CLAIMED, Origin.NONE);
    String topic = scenario.topic(Records.CLAIMED);
    scenario.send(
        new ProducerRecord<>(topic, 0, "key", Records.bytes("no event")),
        record(0, foreign),
        record(0, future),
        new ProducerRecord<>(topic, 0, "key", null),
        new ProducerRecord<>(scenario.attempts(), 0, "key", Records.bytes("{\"eventId\":")),
        new ProducerRecord<>(scenario.attempts(), 0, "key", Records.bytes("{}")),
        new ProducerRecord<>(scenario.attempts(), 0, "key", null),
        record(0, event(2, Records.CLAIMED)));
    scenario.start();

    assertThat(scenario.database.strings("select seq from event_journal")).containsExactly("2");
    assertThat(
            scenario.database.strings(
                "select reason from journal_unreadable order by topic desc, topic_partition, topic_offset"))
        .containsExactly(
            "header ce_id is missing: no event of Tailrace",
            "the event's id " + foreign.id() + " is no UUIDv7",
            "the event's id " + future.id() + " is of the future",
            "the record has no value",
            "the value is no JSON",
            "field eventId is missing: no attempt of Tailrace",
            "the record has no value");
  }

  @Test
  void aRecordThatPostgresRefusesIsFoundAmongTheOthers() {
    var attempt = Records.attempt(Records.id(NOW, 500), 1, "done", NOW);
    attempt.put("consumer", incompressible()).put("item", incompressible());
    scenario.send(
        IntStream.range(0, 300)
            .mapToObj(
                i ->
                    i == 117
                        ? Records.record(scenario.attempts(), 0, NOW, attempt)
                        : record(0, event(i, Records.CLAIMED))));
    scenario.start();

    assertThat(scenario.count("event_journal")).isEqualTo(299);
    assertThat(scenario.database.strings("select reason from journal_unreadable"))
        .containsExactly("Postgres refuses it (SQLSTATE 54000)");
    assertThat(scenario.count("effect")).isZero();
  }

  /** Characters of three bytes, no two alike: too much for an index entry. */
  private static String incompressible() {
    return IntStream.range(0, 500)
        .mapToObj(i -> Character.toString(0x4e00 + i * 31 % 20_000))
        .reduce("", String::concat);
  }

  @Test
  void textsKeepTheirCharacters() throws Exception {
    var attempt = Records.attempt(Records.id(NOW, 1), 1, "done", NOW);
    attempt.put("detail", "tab\t quote\" back\\slash \\N ß 字 \uD83D\uDE00 nul\0.");
    scenario.send(Records.record(scenario.attempts(), 0, NOW, attempt));
    scenario.start();

    assertThat(scenario.database.strings("select detail from effect"))
        .containsExactly("tab\t quote\" back\\slash \\N ß 字 \uD83D\uDE00 nul\uFFFD.");
  }
}
