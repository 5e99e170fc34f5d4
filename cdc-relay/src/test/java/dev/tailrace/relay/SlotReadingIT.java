package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.Await;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the relay relies on Debezium and Postgres for. */
class SlotReadingIT {

  private Scenario scenario;

  @BeforeEach
  void arrange() throws SQLException {
    scenario = Scenario.create();
    slot().create().close();
  }

  @AfterEach
  void clear() {
    scenario.close();
  }

  private record Reader(SlotReading reading, DebeziumStream engine) implements AutoCloseable {

    List<UUID> ids(int count) throws Exception {
      var ids = new ArrayList<UUID>();
      while (ids.size() < count) {
        for (WalEvent event : reading.intake().take(Duration.ofSeconds(10))) {
          if (event instanceof WalEvent.Inserted inserted) {
            ids.add(inserted.row().id());
          }
        }
      }
      return ids;
    }

    @Override
    public void close() {
      engine.close();
    }
  }

  @Test
  void beginsAtTheSlotAndNotAtThePresent() throws Exception {
    UUID before = scenario.append("before");
    try (var reader = read()) {
      assertThat(reader.ids(1)).containsExactly(before);
    }
  }

  @Test
  void sendsAgainWhatWasNotConfirmed() throws Exception {
    long begin = scenario.confirmedLsn();
    var ids = List.of(scenario.append("one"), scenario.append("two"));
    try (var reader = read()) {
      assertThat(reader.ids(2)).isEqualTo(ids);
      long now = wal();
      Await.until("heartbeats have gone by", () -> wal() > now);
    }
    Await.until("the slot is free", () -> slot().look() instanceof SlotState.Free);
    assertThat(scenario.confirmedLsn()).as("Debezium confirms nothing").isEqualTo(begin);
    try (var reader = read()) {
      assertThat(reader.ids(2)).isEqualTo(ids);
      long end = wal();
      reader.reading().confirm(end);
      Await.until("the slot is told", () -> scenario.confirmedLsn() >= end);
    }
  }

  @Test
  void tellsTheSameOfATransactionEachTime() throws Exception {
    scenario.append("one");
    List<WalEvent> first = transaction();
    assertThat(first.getFirst()).isInstanceOf(WalEvent.Begin.class);
    assertThat(first.getLast()).isInstanceOf(WalEvent.End.class);
    assertThat(transaction()).isEqualTo(first);
  }

  private List<WalEvent> transaction() throws Exception {
    try (var reader = read()) {
      var events = new ArrayList<WalEvent>();
      while (events.size() < 3) {
        events.addAll(reader.reading().intake().take(Duration.ofSeconds(10)));
        events.removeIf(WalEvent.Passed.class::isInstance);
      }
      return events;
    } finally {
      Await.until("the slot is free", () -> slot().look() instanceof SlotState.Free);
    }
  }

  private Reader read() {
    var reading =
        new SlotReading(
            new Postgres(scenario.config.database()),
            scenario.config,
            new Intake(1 << 20),
            () -> {});
    return new Reader(reading, new DebeziumStream(scenario.config, reading).start());
  }

  private PostgresSlot slot() {
    return new PostgresSlot(
        new Postgres(scenario.config.database()), scenario.config.slot().name());
  }

  private long wal() {
    return scenario.database.count("select (pg_current_wal_lsn() - '0/0')::bigint");
  }
}
