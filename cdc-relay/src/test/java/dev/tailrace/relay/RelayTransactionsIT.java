package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.CommitOrderPerKey;
import dev.tailrace.testkit.ExactlyOnceInKafka;
import dev.tailrace.testkit.SeqNeverGoesBack;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions of all forms, side by side. */
class RelayTransactionsIT {

  private static final int COPIED = 5_000;

  private Scenario scenario;

  @BeforeEach
  void arrange() throws SQLException {
    scenario = Scenario.create();
  }

  @AfterEach
  void clear() {
    scenario.close();
  }

  @Test
  void sendsALongTransactionWholeWhereItCommitted() throws SQLException {
    scenario.start();
    var ids = new ArrayList<String>();
    var ofTheLong = new ArrayList<String>();
    try (Connection connection = scenario.database.connect()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < 50; i++) {
        ofTheLong.add(Scenario.append(connection, "task").toString());
        ids.add(scenario.append("task").toString());
      }
      connection.commit();
    }
    ids.addAll(ofTheLong);
    ids.add(scenario.append("task").toString());
    awaitAll(ids.size());
    new CommitOrderPerKey(scenario.topics, Map.of("task", ids)).check();
  }

  @Test
  void showsNothingOfWhatWasRolledBack() throws Exception {
    scenario.start();
    var ids = new ArrayList<String>();
    try (Connection connection = scenario.database.connect()) {
      connection.setAutoCommit(false);
      Rows.copy(connection, 0, COPIED);
      connection.rollback();
      ids.add(Scenario.append(connection, "task").toString());
      var outer = connection.setSavepoint();
      Scenario.append(connection, "task");
      connection.setSavepoint();
      Rows.copy(connection, COPIED, COPIED);
      connection.rollback(outer);
      ids.add(Scenario.append(connection, "task").toString());
      connection.releaseSavepoint(outer);
      ids.add(Scenario.append(connection, "task").toString());
      connection.commit();
    }
    awaitAll(ids.size());
    assertThat(scenario.seqs()).containsExactly(Seq.text(1), Seq.text(2), Seq.text(3));
    new CommitOrderPerKey(scenario.topics, Map.of("task", ids)).check();
  }

  @Test
  void sendsRowsFromBeforeTheSlotInTheirOrderAroundSavepoints() throws SQLException {
    var ids = new ArrayList<String>();
    try (Connection connection = scenario.database.connect()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < 5; i++) {
        ids.add(Scenario.append(connection, "task").toString());
        var savepoint = connection.setSavepoint();
        ids.add(Scenario.append(connection, "task").toString());
        connection.releaseSavepoint(savepoint);
      }
      connection.commit();
    }
    scenario.start();
    awaitAll(ids.size());
    new CommitOrderPerKey(scenario.topics, Map.of("task", ids)).check();
  }

  @Test
  void keepsCopiesThatOverlapApart() throws Exception {
    scenario.start();
    try (Connection first = scenario.database.connect();
        Connection second = scenario.database.connect()) {
      first.setAutoCommit(false);
      second.setAutoCommit(false);
      Rows.copy(first, 0, COPIED);
      Rows.copy(second, COPIED, COPIED);
      scenario.append("between");
      Rows.copy(first, 2 * COPIED, COPIED);
      second.commit();
      first.commit();
    }
    scenario.append("after");
    awaitAll(3 * COPIED + 2);
    List<String> ids =
        scenario.events().stream()
            .sorted(Comparator.comparing(RelayTransactionsIT::seq))
            .map(event -> Scenario.header(event, "ce_id"))
            .toList();
    var expected = new ArrayList<>(Rows.ids(COPIED, COPIED));
    expected.addAll(Rows.ids(0, COPIED));
    expected.addAll(Rows.ids(2 * COPIED, COPIED));
    assertThat(ids.subList(1, 3 * COPIED + 1))
        .as("the second's, which committed first, and then all of the first's")
        .isEqualTo(expected);
  }

  private static String seq(ConsumerRecord<?, ?> event) {
    return Scenario.header(event, "ce_seq");
  }

  private void awaitAll(int count) {
    var database = scenario.database.dataSource();
    Await.untilHolds(new ExactlyOnceInKafka(database, scenario.topics), Duration.ofSeconds(30));
    new SeqNeverGoesBack(scenario.topics).check();
    assertThat(scenario.events()).hasSize(count);
  }
}
