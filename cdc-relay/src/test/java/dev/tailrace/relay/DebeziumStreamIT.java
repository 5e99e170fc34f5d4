package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.Await;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the relay relies on Debezium for. */
class DebeziumStreamIT {

  private Scenario scenario;
  private final List<UUID> delivered = new CopyOnWriteArrayList<>();

  @BeforeEach
  void arrange() throws SQLException {
    scenario = Scenario.create();
    new PostgresSlot(new Postgres(scenario.config.database()), scenario.config.slot().name())
        .create()
        .close();
  }

  @AfterEach
  void clear() {
    scenario.close();
  }

  @Test
  void beginsAtTheSlotAndNotAtThePresent() throws Exception {
    UUID before = scenario.append("before");
    var stream = run(batch -> batch.rows().forEach(row -> delivered.add(row.id())));
    Await.until("the row from before is there", () -> delivered.contains(before));
    stream.stop();
  }

  @Test
  void confirmsNothingBeforeItsDeliveryHasReturned() throws Exception {
    long before = scenario.confirmedLsn();
    UUID id = scenario.append("held");
    var held = new CountDownLatch(1);
    var entered = new CountDownLatch(1);
    var stuck =
        run(
            batch -> {
              entered.countDown();
              held.await();
              throw new InterruptedException("never delivered");
            });
    entered.await();
    for (int i = 0; i < 3; i++) {
      scenario.append("later");
    }
    var heartbeats = new HashSet<String>();
    Await.until("heartbeats have gone by", () -> seenHeartbeats(heartbeats, 3));
    assertThat(scenario.confirmedLsn()).isEqualTo(before);
    held.countDown();
    stuck.stop();
    Await.until("the slot is free", () -> state() instanceof SlotState.Free);
    assertThat(scenario.confirmedLsn()).isEqualTo(before);

    var next = run(batch -> batch.rows().forEach(row -> delivered.add(row.id())));
    Await.until("all rows come again", () -> delivered.size() == 4);
    assertThat(delivered).startsWith(id);
    long end = wal();
    Await.until("the slot is told", () -> scenario.confirmedLsn() >= end);
    next.stop();
  }

  private DebeziumStream run(DebeziumStream.Delivery delivery) throws InterruptedException {
    var polling = new CountDownLatch(1);
    var stream = new DebeziumStream(scenario.config, delivery, polling::countDown);
    var _ =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    stream.run();
                  } catch (Exception _) {
                    // as arranged
                  }
                });
    polling.await();
    return stream;
  }

  private SlotState state() throws SQLException {
    return new PostgresSlot(new Postgres(scenario.config.database()), scenario.config.slot().name())
        .look();
  }

  private long wal() {
    return scenario.database.count("select (pg_current_wal_lsn() - '0/0')::bigint");
  }

  /** When the heartbeats were that are seen from now on; each could have confirmed something. */
  private boolean seenHeartbeats(Set<String> seen, int enough) {
    seen.addAll(
        scenario.database.strings(
            """
            select query_start::text from pg_stat_activity
            where datname = current_database() and query like '%pg_logical_emit_message%'
              and pid <> pg_backend_pid()"""));
    return seen.size() >= enough;
  }
}
