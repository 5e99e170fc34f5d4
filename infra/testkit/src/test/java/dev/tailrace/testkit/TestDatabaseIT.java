package dev.tailrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;

final class TestDatabaseIT {
  @Test
  void areApartFromEachOther() {
    try (var one = TestDatabase.create();
        var two = TestDatabase.create()) {
      one.execute("create table here (id int)");
      assertThatThrownBy(() -> two.count("select count(*) from here"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("\"here\" does not exist");
    }
  }

  @Test
  void takesArgumentsAndGivesRows() {
    try (var database = TestDatabase.create()) {
      database.execute("create table kept (id int, word text, at timestamptz)");
      var at = Instant.parse("2026-01-02T03:04:05Z");
      assertThat(database.execute("insert into kept values (?, ?, ?), (2, 'b', null)", 1, "a", at))
          .isEqualTo(2);

      assertThat(database.count("select count(*) from kept where at = ?", at)).isEqualTo(1);
      assertThat(database.strings("select word from kept order by id")).containsExactly("a", "b");
      assertThat(database.rows("select id, word from kept where id = ?", 2))
          .containsExactly(Map.of("id", 2, "word", "b"));
    }
  }

  @Test
  void goesWithItsSlotsAndOpenConnections() throws SQLException {
    var database = TestDatabase.create();
    var slot = "slot_" + database.name();
    database.execute("select pg_create_logical_replication_slot(?, 'pgoutput')", slot);
    database.execute("create publication everything for all tables");
    var properties = new Properties();
    PGProperty.USER.set(properties, database.user());
    PGProperty.PASSWORD.set(properties, database.password());
    PGProperty.REPLICATION.set(properties, "database");
    PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "16");
    PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
    try (var reader = DriverManager.getConnection(database.jdbcUrl(), properties);
        var _ = database.connect()) {
      reader
          .unwrap(PGConnection.class)
          .getReplicationAPI()
          .replicationStream()
          .logical()
          .withSlotName(slot)
          .withSlotOption("proto_version", 1)
          .withSlotOption("publication_names", "everything")
          .start();

      database.close();
    } catch (SQLException theStreamsEnd) {
      // Its connection was terminated.
    }

    try (var another = TestDatabase.create()) {
      assertThat(
              another.count("select count(*) from pg_database where datname = ?", database.name()))
          .isZero();
      assertThat(
              another.count("select count(*) from pg_replication_slots where slot_name = ?", slot))
          .isZero();
    }
  }
}
