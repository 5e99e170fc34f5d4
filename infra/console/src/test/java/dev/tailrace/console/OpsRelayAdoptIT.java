package dev.tailrace.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.embedded.EmbeddedPostgres;
import dev.tailrace.testkit.PostgresServer;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./tailrace ops relay adopt}: a word that the relay understands, and a person too. */
class OpsRelayAdoptIT {

  private static final String SLOT = "ops_adopt";

  private static TestDatabase database;

  @TempDir private Path folder;

  @BeforeAll
  static void migrate() throws Exception {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  @BeforeEach
  void empty() {
    database.execute("delete from relay_adoption");
  }

  private static OpsRun adopt(String answers, String... more) {
    var arguments = new ArrayList<>(List.of("relay", "adopt", "--slot", SLOT));
    arguments.addAll(List.of(more));
    return OpsRun.answering(answers, database, arguments.toArray(String[]::new));
  }

  private static List<String> adoptions() {
    return database.strings(
        "select slot || ' ' || system_identifier || ' ' || timeline from relay_adoption");
  }

  /** The server as the relay finds it. */
  private static String identified(String jdbcUrl, String user, String password)
      throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("replication", "database");
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty("assumeMinServerVersion", "16");
    try (Connection connection = DriverManager.getConnection(jdbcUrl, properties);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
      row.next();
      return row.getString("systemid") + " " + row.getInt("timeline");
    }
  }

  @Test
  void saysWhatFollowsAndPutsDownWhatTheRelayFindsWhenAPersonAgrees() throws Exception {
    OpsRun run = adopt("y\n");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("· make a new slot")
        .contains(
            "· send the rows of the outbox that are not in Kafka, in the order of their commits")
        .contains("· send nothing twice")
        .contains("· leave in Kafka what Kafka has and this database has lost")
        .contains("Adopt this server? [y/N]")
        .contains("✓ slot " + SLOT + " may go on from system ");
    assertThat(adoptions())
        .containsExactly(
            SLOT + " " + identified(database.jdbcUrl(), database.user(), database.password()));
  }

  @Test
  void doesNothingWhenAPersonDoesNotAgree() {
    for (String answer : List.of("n\n", "\n", "")) {
      OpsRun run = adopt(answer);
      assertThat(run.exit()).isOne();
      assertThat(run.err()).contains("✗ Nothing was done");
    }
    assertThat(adoptions()).isEmpty();
  }

  @Test
  void adoptsAgainInThePlaceOfAnEarlierWord() {
    database.execute("insert into relay_adoption values (?, '1', 7)", SLOT);
    assertThat(adopt("", "--yes").exit()).isZero();
    assertThat(adoptions()).hasSize(1).noneMatch(it -> it.endsWith(" 1 7"));
  }

  @Test
  void takesAWordBack() {
    adopt("", "--yes");
    assertThat(adopt("", "--withdraw").out()).contains("✓ the adoption for slot " + SLOT);
    assertThat(adoptions()).isEmpty();
    assertThat(adopt("", "--withdraw").out()).contains("✓ there was no adoption");
  }

  @Test
  void refusesWhileARelayReadsTheSlot() throws Exception {
    try (Connection reader = database.connect();
        Statement statement = reader.createStatement()) {
      statement.execute("select pg_create_logical_replication_slot('ops_adopt', 'pgoutput', true)");
      OpsRun run = adopt("", "--yes");
      assertThat(run.exit()).isOne();
      assertThat(run.err())
          .containsPattern("✗ A relay reads slot ops_adopt now \\(process \\d+ of Postgres\\)")
          .contains("nothing to adopt");
    }
    assertThat(adoptions()).isEmpty();
  }

  @Test
  void refusesTheSlotOfAnotherDatabase() {
    try (var other = TestDatabase.create()) {
      other.strings("select pg_create_logical_replication_slot(?, 'pgoutput')::text", SLOT);
      OpsRun run = adopt("", "--yes");
      assertThat(run.exit()).isOne();
      assertThat(run.err()).contains("belongs to database " + other.name());
    }
    assertThat(adoptions()).isEmpty();
  }

  @Test
  void knowsAStandbyAndTheTimelineOfOneThatWasJustPromoted() throws Exception {
    Path files = folder.resolve("postgres");
    String name;
    try (var before = EmbeddedPostgres.start(files, 0, Map.of())) {
      var left = TestDatabase.createOn(PostgresServer.of(before));
      Database.migrate(left.dataSource());
      name = left.name();
    }
    Files.createFile(files.resolve("cluster").resolve("standby.signal"));
    try (var copy = EmbeddedPostgres.start(files, 0, Map.of())) {
      var environment = Map.of("OPS_DB_URL", copy.jdbcUrl(name), "OPS_DB_USER", copy.user());
      OpsRun standby = ops(environment, "relay", "adopt", "--yes");
      assertThat(standby.exit()).isOne();
      assertThat(standby.err()).contains("✗ This server is a standby", "promote this one first");
      OpsRun status = ops(environment, "relay", "status");
      assertThat(status.exit()).as(status.out()).isZero();
      assertThat(status.out())
          .contains("Postgres is a standby: a relay reads the primary")
          .contains("! not on this standby: after a promotion the relay makes it anew");

      try (Connection admin = DriverManager.getConnection(copy.jdbcUrl(name), copy.user(), "");
          Statement statement = admin.createStatement()) {
        statement.execute("select pg_promote()");
      }
      OpsRun promoted = ops(environment, "relay", "adopt", "--yes");
      assertThat(promoted.exit()).as(promoted.err()).isZero();
      String server = identified(copy.jdbcUrl(name), copy.user(), "");
      assertThat(server).endsWith(" 2");
      assertThat(promoted.out())
          .contains("may go on from system " + server.replace(" ", " on timeline "));
    }
  }

  private static OpsRun ops(Map<String, String> environment, String... arguments) {
    return OpsRun.of(environment, "", new SettableClock(), arguments);
  }
}
