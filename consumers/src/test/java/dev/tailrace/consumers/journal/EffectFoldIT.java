package dev.tailrace.consumers.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.consumers.journal.Entry.EffectId;
import dev.tailrace.consumers.journal.Entry.Place;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import dev.tailrace.testkit.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever the order and the batches in which attempts and dead letters come. */
class EffectFoldIT {

  private static final Instant NOW = Records.now();
  private static final List<String> OUTCOMES =
      List.of(
          "retry", "retry", "held", "parked", "done", "skipped", "dead", "discarded", "cancelled");

  private TestDatabase database;
  private Connection connection;
  private JournalTables tables;

  @BeforeEach
  void open() throws Exception {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    connection = database.connect();
    connection.setAutoCommit(false);
    tables = new JournalTables(connection, new JournalMeters(new SimpleMeterRegistry()));
    assertThat(tables.begin()).isEmpty();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  @Test
  void effectsAndDeadLettersEndTheSame() {
    Seeds.forEach(
        25,
        seed -> {
          List<Entry> told = told(seed);
          write(told, told.size());
          List<String> inOrder = state();
          List<Entry> shuffled = shuffled(told, seed);
          write(shuffled, 1 + seed.below(told.size()));
          assertThat(state()).isEqualTo(inOrder);
        });
  }

  private void write(List<Entry> entries, int batch) throws Exception {
    database.execute("truncate effect, effect_attempt, dead_letter");
    for (int from = 0; from < entries.size(); from += batch) {
      tables.write(new Batch(entries.subList(from, Math.min(entries.size(), from + batch))));
    }
  }

  private List<String> state() {
    List<String> state =
        new ArrayList<>(database.strings("select t::text from effect t order by 1"));
    state.addAll(database.strings("select t::text from dead_letter t order by 1"));
    return state;
  }

  /** Of a few effects, each with attempts one after another, some of which are given up. */
  private static List<Entry> told(Seed seed) {
    var entries = new ArrayList<Entry>();
    int steps = 2 + seed.below(1 + seed.size());
    for (int i = 0; i < steps; i++) {
      UUID event = Records.id(NOW, seed.below(3));
      var effect = new EffectId(event, Records.CONSUMER, seed.flip() ? "" : "item");
      var place = new Place("effects.attempts", seed.below(3), i, NOW.plusMillis(i));
      String outcome = OUTCOMES.get(seed.below(OUTCOMES.size()));
      entries.add(attempted(place, effect, i, outcome));
      if (outcome.equals("dead") || (outcome.equals("retry") && seed.below(4) == 0)) {
        entries.add(died(new Place("effects.dead.kitchen", 0, i, place.at()), effect, i));
      }
    }
    return entries;
  }

  private static Entry attempted(Place place, EffectId effect, int i, String outcome) {
    return new Entry.Attempted(
        place,
        effect,
        "kitchen",
        "lane",
        1 + i,
        outcome,
        "detail " + i,
        Optional.empty(),
        outcome.equals("parked") ? Optional.of(place.at().plusSeconds(9)) : Optional.empty(),
        place.at(),
        5);
  }

  private static Entry died(Place place, EffectId effect, int i) {
    return new Entry.Died(
        place,
        "kitchen",
        Optional.of(effect),
        Optional.of(effect.eventId()),
        effect.consumer(),
        effect.item(),
        Records.CLAIMED,
        "org_1",
        "task-1",
        1 + i,
        "reason " + i);
  }

  private static List<Entry> shuffled(List<Entry> entries, Seed seed) {
    var shuffled = new ArrayList<>(entries);
    for (int i = shuffled.size() - 1; i > 0; i--) {
      int other = seed.below(i + 1);
      Entry one = shuffled.get(i);
      shuffled.set(i, shuffled.get(other));
      shuffled.set(other, one);
    }
    return shuffled;
  }
}
