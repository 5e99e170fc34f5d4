package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A drop waits for nobody for long, and nobody waits for it. */
class RetentionLocksIT {

  private Scenario scenario;
  private Past past;

  @BeforeEach
  void arrange() throws SQLException {
    scenario = Scenario.create();
    past = Past.of(scenario);
    scenario.start();
    scenario.awaitEvents(1);
  }

  @AfterEach
  void clear() {
    scenario.close();
  }

  @Test
  void appendsGoOnWhileAPartitionIsDropped() throws Exception {
    for (int i = 0; i < 20; i++) {
      past.makeOld("outbox_event_old_" + i, 50 + i);
    }
    int appended =
        appendWhile(
            () -> {
              past.awaitDropped(Past.OLD);
              past.awaitDropped("outbox_event_old_0");
              return true;
            });
    assertThat(appended).isPositive();
    assertThat(past.dropped()).isEqualTo(21);
    scenario.awaitEvents(1 + appended);
  }

  @Test
  void aLongReaderPutsItOffAndAppendsGoOn() throws Exception {
    scenario.database.execute("drop table outbox_event_" + lastDay());
    try (Connection reader = scenario.database.connect();
        var statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.executeQuery("select count(*) from outbox_event").close();
      for (int i = 0; i < 2; i++) {
        int appended = appendWhile(this::isPutOff);
        assertThat(appended).as("the lock was waited for meanwhile").isPositive();
      }
      assertThat(past.isThere(Past.OLD)).isTrue();
      assertThat(scenario.database.count("select outbox_make_partitions()"))
          .as("partitions of the days ahead are made meanwhile")
          .isEqualTo(1);
      reader.commit();
    }
    past.awaitDropped(Past.OLD);
    assertThat(past.held()).isZero();
  }

  @Test
  void goesOnWhereItWasEndedInTheMiddle() throws SQLException {
    past.makeOld("outbox_event_kept", 45);
    scenario.database.execute("alter table outbox_event detach partition outbox_event_kept");
    mark(Past.OLD);
    scenario.database.execute("alter table outbox_event detach partition outbox_event_old");
    past.run();
    assertThat(past.isThere(Past.OLD)).isFalse();
    assertThat(past.isThere("outbox_event_kept")).as("a person's").isTrue();
  }

  @Test
  void forgetsThatItWouldDropOneWhoseDetachingDidNotBegin() throws SQLException {
    past.makeOld("outbox_event_young", 10);
    mark("outbox_event_young");
    past.run();
    scenario.database.execute("alter table outbox_event detach partition outbox_event_young");
    past.run();
    assertThat(past.isThere("outbox_event_young")).isTrue();
  }

  private void mark(String partition) {
    scenario.database.execute(
        "comment on table "
            + partition
            + " is 'tailrace retention: every slot has passed it, to be dropped'");
  }

  private String lastDay() {
    return scenario
        .database
        .strings("select to_char(now() at time zone 'UTC' + interval '14 days', 'YYYYMMDD')")
        .getFirst();
  }

  private boolean isPutOff() {
    Await.untilAsserted(
        "it waits for a lock, in vain",
        () ->
            assertThat(past.run())
                .hasEntrySatisfying(
                    Past.OLD, reason -> assertThat(reason).startsWith("put off: ")));
    return true;
  }

  /** Appends one after another, each of which fails if it waits 100 ms for a lock. */
  private int appendWhile(Callable<Boolean> work) throws Exception {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor();
        Connection connection = scenario.database.connect();
        var settings = connection.createStatement()) {
      settings.execute("set lock_timeout = '100ms'");
      connection.setAutoCommit(false);
      var working = executor.submit(work);
      int appended = 0;
      while (!working.isDone()) {
        var _ = Scenario.append(connection, "meanwhile");
        connection.commit();
        appended++;
      }
      assertThat(working.get()).isTrue();
      return appended;
    }
  }
}
