package dev.tailrace.contracts.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.contracts.event.CausedBy;
import dev.tailrace.contracts.event.InvalidEventException;
import dev.tailrace.contracts.event.KitchenEvent.TaskProgress;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.service.AdminAddress;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OutboxIT {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00.123456Z");
  private static TestDatabase database;

  @BeforeAll
  static void migrate() throws SQLException {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  private static NewEvent progress(String task) {
    return NewEvent.of("org_1", NOON, new TaskProgress(task, "emp-1", 40, NOON));
  }

  private static Appended append(NewEvent event) throws SQLException {
    return Database.inTransaction(
        database.dataSource(), connection -> Outbox.append(connection, event));
  }

  @Test
  void theEventIsARowOnceTheTransactionHasCommitted() throws SQLException {
    var origin =
        new Origin(
            Optional.of(new CausedBy(new java.util.UUID(1, 2), "sync")),
            2,
            Optional.of("00-a-b-01"));
    Appended appended = append(progress("row").withOrigin(origin));

    var row =
        database
            .rows("select *, occurred_at::text as at from outbox_event where id = ?", appended.id())
            .getFirst();
    assertThat(row)
        .containsEntry("tenant_id", "org_1")
        .containsEntry("aggregate_type", "kitchen_task")
        .containsEntry("aggregate_id", "row")
        .containsEntry("type", "kitchen.task.progress")
        .containsEntry("payload", progress("row").payload());
    assertThat(row.get("at")).asString().contains(".123456");
    assertThat(database.strings("select headers from outbox_event where id = ?", appended.id()))
        .singleElement()
        .satisfies(headers -> assertThat(OutboxHeaders.read(headers)).isEqualTo(origin));
  }

  @Test
  void aRolledBackTransactionLeavesNoEvent() throws SQLException {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      Outbox.append(connection, progress("rolled-back"));
      connection.rollback();
    }

    assertThat(
            database.count("select count(*) from outbox_event where aggregate_id = 'rolled-back'"))
        .isZero();
  }

  @Test
  void thereIsNoAppendOutsideATransaction() throws SQLException {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(true);
      assertThatThrownBy(() -> Outbox.append(connection, progress("alone")))
          .hasMessageContaining("setAutoCommit(false)");
    }
  }

  @Test
  void anInvalidEventLeavesTheTransactionUsable() throws SQLException {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      var tooMuch = NewEvent.of("org_1", NOON, new TaskProgress("usable", "emp-1", 101, NOON));
      assertThatThrownBy(() -> Outbox.append(connection, tooMuch))
          .isInstanceOf(InvalidEventException.class)
          .hasMessageContaining("/payload/progressPercent");
      Outbox.append(connection, progress("usable"));
      connection.commit();
    }

    assertThat(database.count("select count(*) from outbox_event where aggregate_id = 'usable'"))
        .isOne();
  }

  @Test
  void theSecondOfADedupeKeyIsToldTheFirst() throws SQLException {
    Appended first = append(progress("dedupe").withDedupeKey("k1"));
    Appended second = append(progress("dedupe").withDedupeKey("k1"));

    assertThat(first).isInstanceOf(Appended.Stored.class);
    assertThat(second).isEqualTo(new Appended.Duplicate(first.id()));
    assertThat(database.count("select count(*) from outbox_event where aggregate_id = 'dedupe'"))
        .isOne();
  }

  @Test
  void ofManyAtOnceOneIsFirst() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Appended>> appends =
          IntStream.range(0, 20)
              .<Callable<Appended>>mapToObj(
                  i -> () -> append(progress("race").withDedupeKey("race")))
              .toList();
      List<Appended> all = threads.invokeAll(appends).stream().map(Future::resultNow).toList();

      assertThat(all).filteredOn(Appended.Stored.class::isInstance).hasSize(1);
      assertThat(all).extracting(Appended::id).containsOnly(all.getFirst().id());
    }
    assertThat(database.count("select count(*) from outbox_event where aggregate_id = 'race'"))
        .isOne();
  }

  @Test
  void whatIsPreparedHasItsIdBeforeItIsAppended() throws SQLException {
    Prepared prepared = Outbox.prepare(progress("prepared"));

    Appended appended =
        Database.inTransaction(
            database.dataSource(), connection -> Outbox.append(connection, prepared));

    assertThat(appended).isEqualTo(new Appended.Stored(prepared.id()));
    assertThat(
            database.count(
                "select count(*) from outbox_event where id = ? and aggregate_id = 'prepared'",
                prepared.id()))
        .isOne();
    assertThatThrownBy(
            () ->
                Outbox.prepare(
                    NewEvent.of("org_1", NOON, new TaskProgress("prepared", "emp-1", 101, NOON))))
        .isInstanceOf(InvalidEventException.class);
  }

  @Test
  void aLargeEnvelopeIsCountedWhereItIsServed() throws Exception {
    try (Service service = Service.start("test", AdminAddress.FREE, it -> {})) {
      append(large(32_000));
      assertThat(metrics(service)).doesNotContain("tailrace_outbox_large_envelopes");
      append(large(32_700));
      assertThat(metrics(service))
          .contains("tailrace_outbox_large_envelopes_total{type=\"kitchen.task.progress\"} 1.0");
    }
  }

  /** An event whose payload has so many bytes. */
  private static NewEvent large(int bytes) {
    int others = progress("large").payload().length() - "emp-1".length();
    return NewEvent.of(
        "org_1", NOON, new TaskProgress("large", "e".repeat(bytes - others), 40, NOON));
  }

  private static String metrics(Service service) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + service.adminPort() + "/metrics"))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @Test
  void aTypeOfANewerReleaseOutlivesTheMigrationOfAnOlderOne() throws SQLException {
    database.execute(
        "insert into event_type select 'kitchen.task.eaten', aggregate_type, realtime, schema from event_type where name = 'kitchen.task.claimed'");
    Database.migrate(database.dataSource());

    assertThat(database.count("select count(*) from event_type where name = 'kitchen.task.eaten'"))
        .isOne();
  }

  @Test
  void migratingAgainChangesNothing() throws SQLException {
    long partitions = partitions();
    Database.Migrated again = Database.bringUpToDate(database.dataSource());

    assertThat(again.applied()).isEmpty();
    assertThat(again.inAll()).isPositive();
    assertThat(partitions()).isEqualTo(partitions).isEqualTo(16);
  }

  private static long partitions() {
    return database.count(
        "select count(*) from pg_inherits where inhparent = 'outbox_event'::regclass");
  }
}
