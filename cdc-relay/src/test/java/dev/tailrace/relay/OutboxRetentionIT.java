package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a partition goes, and what keeps it; a real relay reads the slot. */
class OutboxRetentionIT {

  private Scenario scenario;
  private Past past;

  @BeforeEach
  void arrange() throws SQLException {
    scenario = Scenario.create();
    past = Past.of(scenario);
  }

  @AfterEach
  void clear() {
    scenario.close();
  }

  @Test
  void dropsAnOldPartitionOnceAllOfItIsInKafka() {
    scenario.start();
    scenario.awaitEvents(1);
    past.awaitDropped(Past.OLD);
    assertThat(past.partitions()).as("those of the days from yesterday on").hasSize(16);
    assertThat(past.dropped()).isEqualTo(1);
    assertThat(past.held()).isZero();
    assertThat(scenario.database.count("select count(*) from outbox_event")).isZero();
  }

  @Test
  void leavesWhatIsYoungerThanTheRetention() throws SQLException {
    past.makeOld("outbox_event_young", 29);
    scenario.start();
    past.awaitDropped(Past.OLD);
    assertThat(past.run()).isEmpty();
    assertThat(past.partitions()).contains("outbox_event_young");
    past.clock.advance(Duration.ofDays(2));
    past.awaitDropped("outbox_event_young");
  }

  @Test
  void anOldOpenTransactionKeepsItAndItsLateCommitIsInKafkaBeforeItGoes() throws Exception {
    scenario.start();
    past.awaitDropped(Past.OLD);
    Instant end = splitTheDay();
    try (Connection late = scenario.database.connect()) {
      late.setAutoCommit(false);
      UUID id = Scenario.append(late, "late");
      assertThat(begin(late)).isBefore(end);
      Await.until("its partition has ended", () -> postgresTime().isAfter(end));
      past.moveBeyond(end);
      for (int i = 0; i < 3; i++) {
        assertThat(past.run())
            .containsOnlyKeys("outbox_event_first")
            .allSatisfy((_, reason) -> assertThat(reason).contains("began before its end"));
      }
      assertThat(past.held()).isEqualTo(1);
      late.commit();
      Await.until(
          "the partition goes, and not before its late row is in Kafka",
          () -> {
            past.run();
            return !past.isThere("outbox_event_first");
          });
      assertThat(scenario.events())
          .extracting(event -> Scenario.header(event, "ce_id"))
          .contains(id.toString());
    }
  }

  /** Two partitions of today, the first of which ends in a moment; none of yesterday. */
  private Instant splitTheDay() throws SQLException {
    Instant end = postgresTime().plusMillis(1_500);
    scenario.database.execute(
        """
        do $$
        declare today timestamptz := date_trunc('day', now());
        begin
          execute 'drop table outbox_event_' || to_char(today - interval '1 day', 'YYYYMMDD');
          execute 'drop table outbox_event_' || to_char(today, 'YYYYMMDD');
          create table outbox_event_first (like outbox_event including all);
          create table outbox_event_rest (like outbox_event including all);
          execute format('alter table outbox_event attach partition outbox_event_first for values from (%%L) to (%%L)', today, '%1$s');
          execute format('alter table outbox_event attach partition outbox_event_rest for values from (%%L) to (%%L)', '%1$s', today + interval '1 day');
        end $$"""
            .formatted(end));
    return end;
  }

  private static Instant begin(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select now()")) {
      row.next();
      return row.getTimestamp(1).toInstant();
    }
  }

  private Instant postgresTime() throws SQLException {
    try (Connection connection = scenario.database.connect()) {
      return begin(connection);
    }
  }

  @Test
  void neverTouchesADayThatPostgresIsStillIn() throws SQLException {
    scenario.start();
    past.awaitDropped(Past.OLD);
    past.clock.advance(Duration.ofDays(400));
    Await.until("only yesterday's is over", () -> past.run().isEmpty() && past.dropped() == 2);
    assertThat(past.partitions()).hasSize(15);
    scenario.append("today");
    scenario.awaitEvents(2);
  }

  @Test
  void aSlotThatIsNotReadKeepsIt() throws SQLException {
    scenario.database.strings("select pg_create_logical_replication_slot(?, 'pgoutput')", shard());
    scenario.start();
    Await.untilAsserted(
        "only the other slot keeps it",
        () ->
            assertThat(past.run())
                .containsEntry(Past.OLD, "slot " + shard() + " is not being read"));
    assertThat(past.run()).containsEntry(Past.OLD, "slot " + shard() + " is not being read");

    scenario.database.strings("select pg_drop_replication_slot(?)", shard());
    assertThat(past.run()).containsEntry(Past.OLD, "slot " + shard() + " is missing");
    assertThat(past.run()).containsEntry(Past.OLD, "slot " + shard() + " is missing");
    assertThat(past.partitions()).contains(Past.OLD);
  }

  private String shard() {
    return scenario.config.slot().name() + "_2";
  }

  @Test
  void nothingGoesBeforeTheFirstSlotIsMadeAndTheTableIsInKafka() throws Exception {
    assertThat(past.run())
        .containsEntry(Past.OLD, "slot " + scenario.config.slot().name() + " is missing");
    var slot =
        new PostgresSlot(new Postgres(scenario.config.database()), scenario.config.slot().name());
    try (var _ = slot.create()) {
      // As a relay does that sends the rows from before it.
      assertThat(past.run())
          .containsEntry(Past.OLD, "slot " + scenario.config.slot().name() + " is not being read");
    }
    assertThat(past.partitions()).contains(Past.OLD);
  }

  @Test
  void aRowInQuarantineKeepsItUntilItIsSettled() throws SQLException {
    UUID refused = past.appendDaysAgo(40);
    past.quarantine(refused, 40);
    past.makeOld("outbox_event_other", 41);
    scenario.start();
    scenario.awaitEvents(1);
    past.awaitDropped("outbox_event_other");
    assertThat(past.run()).containsEntry(Past.OLD, "rows of it are in quarantine");
    past.settle(refused);
    past.awaitDropped(Past.OLD);
  }

  @Test
  void oneRelayAtATimeDoesIt() throws SQLException {
    scenario.start();
    try (Connection other = scenario.database.connect();
        var lock = other.createStatement()) {
      lock.execute("select pg_advisory_lock(hashtextextended('outbox retention partitions', 0))");
      assertThat(past.retention.dropPartitions()).isEmpty();
    }
    past.awaitDropped(Past.OLD);
  }

  @Test
  void theRelayDoesItByItself() throws Exception {
    try (Service service = RelayMain.start(scenario.config, Clock.systemUTC())) {
      var held = service.meters().get("tailrace.relay.partitions.held").gauge();
      var dropped = service.meters().get("tailrace.relay.partitions.dropped").counter();
      Await.until("it has looked", () -> held.value() == 1 || dropped.count() == 1);
    }
  }

  @Test
  void aRoleThatCannotSeeTheTransactionsOfOthersDropsNothing() throws Exception {
    scenario.start();
    scenario.awaitEvents(1);
    String role = "r" + scenario.database.name();
    scenario.database.execute("create role " + role + " login password 'p'");
    try {
      own(role);
      Past limited = past.as(scenario, Roles.as(scenario.config, role, "p"));
      assertThat(limited.run())
          .hasEntrySatisfying(
              Past.OLD, reason -> assertThat(reason).contains("grant it pg_read_all_stats"));
      scenario.database.execute("grant pg_read_all_stats to " + role);
      limited.awaitDropped(Past.OLD);
    } finally {
      scenario.database.execute("reassign owned by " + role + " to current_user");
      scenario.database.execute("drop owned by " + role);
      scenario.database.execute("drop role " + role);
    }
  }

  private void own(String role) {
    scenario.database.execute("grant usage, create on schema public to " + role);
    scenario.database.execute("grant select on relay_quarantine to " + role);
    scenario.database.execute("alter table outbox_event owner to " + role);
    scenario.database.execute("alter table " + Past.OLD + " owner to " + role);
  }
}
